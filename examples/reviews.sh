#!/usr/bin/env bash
# Korean reviews, good or bad: look at the tables, train a transformer beside a linear model, see what
# each of them is worth, export, and ask about sentences.
#
# Usage: examples/reviews.sh [FOLDER [REVIEWS]]     (default: reviews, generated Korean and English ones)
#
# REVIEWS  a table of texts and their classes, or a folder with ratings_train.txt and ratings_test.txt
# BUDGET   how long the network may train, such as 15m (default: as long as it is best); the linear model
#          comes on top
#
# The recorded output is of NSMC, 200,000 Naver film reviews, tab-separated with the columns id, document and
# label (https://github.com/e9t/nsmc; CC0).
set -euo pipefail

folder=${1:-reviews}
reviews=${2:+$(realpath "$2")}

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

if [ -n "$reviews" ]; then
    say dltemplates inspect "$reviews"
    say dltemplates new transformer-classifier "$folder" --data "$reviews" --defaults --package reviews
else
    say dltemplates new transformer-classifier "$folder" --defaults --package reviews
fi
cd "$folder"
say python -m reviews train ${BUDGET:+--time-budget "$BUDGET"}
say python -m reviews evaluate
say python -m reviews report
say python -m reviews export
say python -m reviews predict "다시 보고 싶은 영화예요" "돈이 아깝다" "그저 그랬어요 ㅋㅋ" \
    --export export/reviews
