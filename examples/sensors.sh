#!/usr/bin/env bash
# Watching a machine's sensors: look at the log, learn what is normal, set the false-alarm rate, see what
# it finds and which sensor it lays it to, export, and judge rows as they come.
#
# Usage: examples/sensors.sh [FOLDER [LOG]]     (default: watch, a generated log of a pump)
#
# LOG     a CSV or Parquet file: times, a column a sensor, and a column "anomaly" of 0 and 1 if there is one
#
# The recorded output is of the file valve1/1.csv of SKAB, eight sensors of a water circuit, in which a
# valve is closed a little for seven minutes (https://github.com/waico/SKAB; GPL-3.0; Katser and Kozitsin, 2020).
set -euo pipefail

folder=${1:-watch}
log=${2:+$(realpath "$2")}

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

if [ -n "$log" ]; then
    say dltemplates inspect "$log"
    say dltemplates new autoencoder-anomaly "$folder" --data "$log" --defaults --package watch
else
    say dltemplates new autoencoder-anomaly "$folder" --defaults --package watch
fi
cd "$folder"
say python -m watch train
say python -m watch evaluate
say python -m watch threshold --false-alarm-rate 0.02
say python -m watch report
say python -m watch export
say python -m watch predict --export export/watch ${log:+--data "$log"}
say head -n 4 events.csv
