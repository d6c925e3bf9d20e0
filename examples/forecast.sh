#!/usr/bin/env bash
# A forecast of a demand, a load, or any series: look at the table, train, set it beside what needs no
# network, forecast what comes next, and export.
#
# Usage: examples/forecast.sh [FOLDER [TABLE]]     (default: demand, a generated electricity demand)
#
# TABLE   a CSV or Parquet file with a column of times, and a column a series
#
# The recorded output is of ETTh1.csv, load and oil temperature of an electricity transformer, hourly, two
# years (https://github.com/zhouhaoyi/ETDataset, folder ETT-small; CC BY-ND 4.0; Zhou et al., 2021).
set -euo pipefail

folder=${1:-demand}
table=${2:+$(realpath "$2")}

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

if [ -n "$table" ]; then
    say dltemplates inspect "$table"
    say dltemplates new lstm-forecaster "$folder" --data "$table" --defaults --package demand
else
    say dltemplates new lstm-forecaster "$folder" --defaults --package demand
fi
cd "$folder"
say python -m demand train
say python -m demand evaluate
say python -m demand report
say python -m demand export
say python -m demand predict --export export/demand ${table:+--data "$table"}
say head -n 4 forecast.csv
