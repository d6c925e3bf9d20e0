#!/usr/bin/env bash
# Fine-tuning a text classifier: it reads the Naver film reviews (NSMC) without their labels, learns
# a thousand labelled ones, and goes on, from its export, with others whose classes have new names.
# Takes about half an hour on one core.
#
# Usage: examples/finetune_texts.sh [FOLDER [NSMC]]     (default: finetune-texts, generated reviews)
#
# NSMC     the folder of ratings_train.txt and ratings_test.txt (https://github.com/e9t/nsmc; CC0)
# Shorter: TEXTS=2000 (reviews of each file), PRETRAIN_EPOCHS=1, FINETUNE_EPOCHS=2, WIDTH=64 (of the network)
set -euo pipefail

folder=${1:-finetune-texts}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
reviews=${2:+$(realpath "$2")}

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

say dltemplates new transformer-classifier "$folder" --defaults --package reviews \
    --set source=path --set path=texts/few --set text_column=document ${WIDTH:+--set width="$WIDTH"}
cd "$folder"
say python "$here/review_folders.py" texts ${reviews:+"$reviews"}
say python -m reviews pretrain --name reader --set data.path=texts/unlabelled \
    --set pretrain.epochs="${PRETRAIN_EPOCHS:-8}"

length=(--set finetune.epochs="${FINETUNE_EPOCHS:-20}")
say python -m reviews finetune --from reader --name few "${length[@]}"
say python -m reviews evaluate --run few
say python -m reviews export --run few
say python -m reviews finetune --from export/reviews --name named "${length[@]}" \
    --set data.path=texts/named --set finetune.renamed="0=부정, 1=긍정" \
    --set finetune.rehearsal=100 --set finetune.old_path=texts/few
say python -m reviews report --run named
say python -m reviews export --run named
say python -m reviews predict "정말 재미있어요" "돈이 아깝다" --export export/reviews
