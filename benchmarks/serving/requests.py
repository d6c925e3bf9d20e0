"""Requests with real images."""

import base64
import json
from pathlib import Path

from benchmarks.serving.load import post


def read_images(folder: Path, count: int) -> list[bytes]:
    """The first images below a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".png"})
    if not paths:
        raise SystemExit(f"No images below {folder}.")
    return [path.read_bytes() for path in paths[:: max(1, len(paths) // count)][:count]]


def image_request(path: str, *images: bytes) -> bytes:
    """A predict request with one image or several."""
    instances = [{"b64": base64.b64encode(image).decode()} for image in images]
    return post(path, json.dumps({"instances": instances}).encode())
