#!/bin/bash
# Succeeds if a version of the model is there to be asked. The image has no curl.
exec 3<> /dev/tcp/127.0.0.1/8501 || exit 1
printf 'GET /v1/models/%s HTTP/1.0\r\n\r\n' "$MODEL_NAME" >&3
grep -q '"AVAILABLE"' <&3
