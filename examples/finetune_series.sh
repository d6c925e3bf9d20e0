#!/usr/bin/env bash
# A forecaster of some columns of a table goes on with another one, of which there are few rows: generate
# a project, train on the many, fine-tune, compare, evaluate and export. Takes some minutes.
#
# Usage: examples/finetune_series.sh [FOLDER [TABLE]]     (default: finetune-series, three generated towns)
#
# TABLE     a CSV or Parquet file with a column of times, such as ETTh1.csv
#           (https://github.com/zhouhaoyi/ETDataset, folder ETT-small; CC BY-ND 4.0)
# OLD, NEW  its columns to learn from first, and the one to go on with (default: those of ETTh1)
# ROWS      of the new column: the last fifth of them is for validation
# STEPS, FINETUNE_STEPS, LOOKBACK, HORIZON    smaller is faster
# MORE      further settings, such as "train.batch_size=32 train.steps_per_epoch=10"
set -euo pipefail

folder=${1:-finetune-series}
table=${2:+$(realpath "$2")}
old=${OLD:-HUFL,HULL,MUFL,MULL,LUFL,LULL}
new=${NEW:-OT}
rows=${ROWS:-2000}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

say dltemplates new lstm-forecaster "$folder" --defaults --package forecaster
cd "$folder"
if [ -z "$table" ]; then
    say python "$here/towns.py" towns.csv
    table=towns.csv old=north,south new=west
fi

settings=(--set data.source=path --set data.path="$table")
settings+=(--set data.lookback="${LOOKBACK:-504}" --set data.horizon="${HORIZON:-96}")
for each in ${MORE:-}; do settings+=(--set "$each"); done

# The many: the last fifths of the rows are for validation and test.
say python -m forecaster train --name many "${settings[@]}" --set data.targets="$old" \
    --set train.steps="${STEPS:-1500}"
# The new one: what came after its few rows is the test. That flatters the start a little, since it has
# seen the other columns at some of these times; `python -m benchmarks finetune-series` is strict.
say python -m forecaster finetune --from many --name one "${settings[@]}" \
    --set data.targets="$new" --set data.train_end=$((rows * 4 / 5)) \
    --set data.validation_end="$rows" --set finetune.steps="${FINETUNE_STEPS:-300}"
say python -m forecaster evaluate
say python -m forecaster export
say python -m forecaster predict --export export/forecaster --run one
