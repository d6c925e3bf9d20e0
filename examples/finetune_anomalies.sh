#!/usr/bin/env bash
# Fine-tuning an anomaly detector: it learns a pump, then is fitted to another one, of which there
# are three days to go by; a second time it starts from the export and trains a little. Takes about
# two minutes.
#
# Usage: examples/finetune_anomalies.sh [FOLDER]     (default: finetune-anomalies)
# Shorter: STEPS=200 (of the first training), FINETUNE_STEPS=50 (of the last)
set -euo pipefail

folder=${1:-finetune-anomalies}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

say dltemplates new autoencoder-anomaly "$folder" --defaults --package pumps
cd "$folder"
say python "$here/other_pump.py" other.csv
say python -m pumps train --name first --set train.steps="${STEPS:-auto}"
say python -m pumps export --run first

# Two days give the level, and train where steps are asked for; the next sets the threshold.
other=(--set data.source=path --set data.path=other.csv --set data.label=anomaly
    --set data.train_end=2880 --set data.validation_end=4320)
say python -m pumps finetune --from first --name other "${other[@]}"
say python -m pumps finetune --from export/pumps --name trained --no-compare "${other[@]}" \
    --set finetune.steps="${FINETUNE_STEPS:-200}"
say python -m pumps evaluate --run other
say python -m pumps threshold --run other --false-alarm-rate 0.02
say python -m pumps report --run other
say python -m pumps export --run other
say python -m pumps predict --export export/pumps --data other.csv --to judged
