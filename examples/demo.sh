#!/usr/bin/env bash
# From nothing to a proven SavedModel: generate a project, train it on scikit-learn's handwritten
# digits, evaluate, export, and ask the exported model about PNG files. Takes about a minute.
#
# Usage: examples/demo.sh [FOLDER]     (default: demo)
set -euo pipefail

folder=${1:-demo}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

say dltemplates new cnn-classifier "$folder" --defaults --package digits
cd "$folder"
say python -m digits train
say python -m digits evaluate
say python -m digits report
say python -m digits export
say python "$here/write_digits.py" pictures
say python -m digits predict pictures --export export/digits
