#!/usr/bin/env bash
# Images from folders, one folder a class: look at them, let them choose template and settings, train,
# evaluate, make the report, export, and ask the export about files.
#
# Usage: examples/images.sh [FOLDER [IMAGES]]     (default: photos, scikit-learn's handwritten digits)
#
# IMAGES  class folders, photos/cat/001.jpg, or the same below train/ and test/
# BUDGET  how long training may take, such as 10m (default: as long as it is best)
#
# The recorded output is of CIFAR-10 (https://www.cs.toronto.edu/~kriz/cifar.html, 60,000 images of ten
# classes; its authors state no licence and ask to be cited: Krizhevsky, 2009) as train/CLASS/*.jpg
# and test/CLASS/*.jpg. Its archive holds pickled arrays; write each row as an image of 32 by 32 first.
set -euo pipefail

folder=${1:-photos}
images=${2:+$(realpath "$2")}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

if [ -n "$images" ]; then
    say dltemplates inspect "$images"
    say dltemplates new "$folder" --data "$images" --defaults --package photos
else
    say dltemplates new cnn-classifier "$folder" --defaults --package photos
fi
cd "$folder"
say python -m photos train ${BUDGET:+--time-budget "$BUDGET"}
say python -m photos evaluate
say python -m photos report
say python -m photos export
if [ -n "$images" ]; then
    find "$images" -type f | sort | awk 'NR % 50 == 1' >some.txt # every fiftieth file
    say python -m photos predict --list some.txt --export export/photos --to answers.csv
else
    say python "$here/write_digits.py" pictures
    say python -m photos predict pictures --export export/photos --to answers.csv
fi
say head -n 4 answers.csv
