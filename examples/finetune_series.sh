#!/usr/bin/env bash
# A forecaster of six columns of a file goes on with the seventh, of which there are few rows:
# generate a project, train on the six, fine-tune, compare, evaluate and export.
#
# Usage: examples/finetune_series.sh [FOLDER]     (default: finetune-series)
#
# DATA      a CSV file with a column of times (default: ETTh1 of ../shared/data)
# OLD, NEW  columns to learn from first, and the one to go on with
# ROWS      of the new column: the last fifth of them is for validation
# STEPS, FINETUNE_STEPS, LOOKBACK, HORIZON    smaller is faster
# MORE      further settings, such as "train.batch_size=32 train.steps_per_epoch=10"
set -euo pipefail

folder=${1:-finetune-series}
data=$(realpath "${DATA:-../shared/data/forecasting/ETTh1.csv}")
old=${OLD:-HUFL,HULL,MUFL,MULL,LUFL,LULL}
new=${NEW:-OT}
rows=${ROWS:-2000}

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

settings=(--set data.source=path --set data.path="$data")
settings+=(--set data.lookback="${LOOKBACK:-504}" --set data.horizon="${HORIZON:-96}")
for each in ${MORE:-}; do settings+=(--set "$each"); done

say dltemplates new lstm-forecaster "$folder" --defaults --package forecaster
cd "$folder"
# the six columns: the last fifths of the rows are for validation and test
say python -m forecaster train --name six "${settings[@]}" --set data.targets="$old" \
    --set train.steps="${STEPS:-1500}"
# the seventh: what came after its few rows is the test. That flatters the start a little, since it
# has seen the other columns at some of these times; `python -m benchmarks finetune-series` is strict.
say python -m forecaster finetune --from six --name seventh "${settings[@]}" \
    --set data.targets="$new" --set data.train_end=$((rows * 4 / 5)) \
    --set data.validation_end="$rows" --set finetune.steps="${FINETUNE_STEPS:-300}"
say python -m forecaster evaluate
say python -m forecaster export
say python -m forecaster predict --export export/forecaster --run seventh
