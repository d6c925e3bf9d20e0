#!/usr/bin/env bash
# Fine-tuning an image classifier: it learns the digits 0 to 6, then 7 to 9 from twenty pictures
# each, alone and together with the old ones; the last time it starts from exported weights. Takes
# about three minutes.
#
# Usage: examples/finetune_images.sh [FOLDER]     (default: finetune-images)
# Shorter: EPOCHS=3 (of the first training), FINETUNE_EPOCHS=5, WIDTH=16 (of the network)
set -euo pipefail

folder=${1:-finetune-images}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

say dltemplates new cnn-classifier "$folder" --defaults --package digits \
    --set source=path --set path=pictures/old --set color=grayscale --set mirror=no ${WIDTH:+--set width="$WIDTH"}
cd "$folder"
say python "$here/digit_folders.py" pictures
say python -m digits train --name old --set train.epochs="${EPOCHS:-12}"
say python -m digits export --run old

new=(--set data.path=pictures/new --set finetune.epochs="${FINETUNE_EPOCHS:-20}")
say python -m digits finetune --from old --name three "${new[@]}"
say python -m digits finetune --from export/digits --name ten "${new[@]}" \
    --set finetune.rehearsal=20 --set finetune.old_path=pictures/old
say python -m digits report --run ten
say python -m digits export --run ten
say python -m digits predict "pictures/new/test/digit 7" "pictures/old/test/digit 1" \
    --export export/digits --format csv
