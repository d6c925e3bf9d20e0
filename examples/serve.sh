#!/usr/bin/env bash
# An export, asked from curl: serve it, ask for its state, send it an image, send it what is no image, and
# count. The requests are those of TensorFlow Serving, which serves the same export.
#
# Usage: examples/serve.sh [FOLDER [IMAGE]]     (default: photos, a handwritten digit)
#
# FOLDER  the project that examples/images.sh has left; if it is not there, one is made of the bundled digits
# IMAGE   a JPEG or PNG file to ask about
# PORT    where to listen (default: 8501)
#
# Needs what `make demo` sets up, or pip install 'dltemplates[serve]', and curl.
set -euo pipefail

folder=${1:-photos}
image=${2:+$(realpath "$2")}
port=${PORT:-8501}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

show() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
say() { show "$@"; "$@"; }

if [ ! -d "$folder/export/photos" ]; then
    say dltemplates new cnn-classifier "$folder" --defaults --package photos
    pushd "$folder" >/dev/null
    say python -m photos train
    say python -m photos export
    popd >/dev/null
fi
cd "$folder"
if [ -z "$image" ]; then
    say python "$here/write_digits.py" pictures
    image=pictures/7.png
fi

show python -m photos serve --port "$port" "&"
python -m photos serve --port "$port" &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
until curl --silent --fail --output ready.txt "http://127.0.0.1:$port/health/ready"; do
    kill -0 "$server" # it has ended; what it said stands above
    sleep 0.5
done

# An image goes as base64, which needs a third more room than the file.
printf '{"instances": [{"b64": "%s"}]}' "$(base64 <"$image" | tr -d '\n')" >request.json
echo '{"instances": [{"b64": "bm8gaW1hZ2U="}]}' >wrong.json
model=http://127.0.0.1:$port/v1/models/photos

say curl --silent "$model"
say curl --silent --data @request.json "$model:predict"
say curl --silent --data @wrong.json --write-out '\n%{http_code}\n' "$model:predict"
say curl --silent "http://127.0.0.1:$port/about"

say kill "$server"
wait "$server"
