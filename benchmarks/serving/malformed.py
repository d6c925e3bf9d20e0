"""Requests that are wrong in some way: valid ones changed at random, and such made by hand."""

import base64
import io
import json
import random
from collections.abc import Iterator
from typing import Any

_WORDS = (
    None, True, False, 0, -1, 1, 0.5, 1e39, 10**30, 2**63, -(2**63) - 1, "", "x", "\x00", "고양이",
    [], [[]], [[], [1]], {}, {"b64": ""}, {"b64": "AAAA"}, {"b64": "!"}, {"b64": 1}, {"b64": None},
    {"b64": "AA==", "more": 1}, [1, [2]], [None], [True], ["a", 1],
)  # fmt: skip
_BODIES = (
    b"", b"{", b"[]", b"null", b'"', b"{}", b"\x00", b"\xff\xfe", b'{"instances": [1]} more',
    b'{"instances": [1,]}', b'{"instances": [1e999, 2]}', b'{"instances": [NaN, -Infinity]}',
    b'{"instances": ' + b"[" * 5_000, b'{"instances": ' + b"[" * 900 + b"]" * 900 + b"}",
    b'{"a":' * 3_000, b'{"instances": [' + b"9" * 6_000 + b"]}", b'{"instances": "\xed\xa0\x80"}',
    rb'{"instances": ["\ud800"]}', rb'{"signature_name": "\udfff", "instances": [1]}',
    b'{"instances": [[1, 2]], "instances": 1}', b'{"inputs": 1, "instances": 1}',
    '{"instances": [1]}'.encode("utf-16"), b'{"instances": [{"b64": "\\u0000"}]}',
)  # fmt: skip
_PATHS = (
    "", ":predict", ":classify", ":regress", ":explain", "/versions/1:predict", "/metadata",
    "/versions/99999999999999999999:predict", "/versions/-1:predict", "/labels/x:predict",
    "/versions/1/labels/x:predict", "%00:predict", "%ff:predict", "/../:predict", "?x=1",
)  # fmt: skip
_SIGNATURES = (
    "serving_default", "pixels", "encode", "classify", "regress", "metadata", "two", "texts",
    "images", "kinds", "total", "__saved_model_init_op", "none", "",
)  # fmt: skip
_NAMES = ("image_bytes", "text", "values", "x", "a", "b", "long", "small", "flag", "wide", "inputs")


def malformed_requests(model: str, seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Paths and bodies; some of them happen to be valid.

    Args:
        model: The model's name.
        seed: Other seeds, other requests.
        count: How many.
    """
    chance = random.Random(seed)
    valid = _valid_documents()
    for _ in range(count):
        path = f"/v1/models/{model}{chance.choice(_PATHS) if chance.random() < 0.1 else ':predict'}"
        kind = chance.random()
        if kind < 0.1:
            yield path, chance.choice(_BODIES)
        elif kind < 0.4:
            yield path, _damaged(json.dumps(chance.choice(valid)).encode(), chance)
        elif kind < 0.7:
            yield path, json.dumps(_changed(chance.choice(valid), chance)).encode()
        elif kind < 0.8:
            yield _examples(model, chance)
        elif kind < 0.9:
            yield path, _with_a_bad_image(chance)
        else:
            yield path, json.dumps(_made_up(chance)).encode()


def _valid_documents() -> list[dict[str, Any]]:
    image = {"b64": base64.b64encode(_image(8, 8, "JPEG")).decode()}
    return [
        {"instances": [[1.0, 2.0], [3.0, 4.0]]},
        {"instances": [image, image]},
        {"instances": [{"image_bytes": image}]},
        {"signature_name": "images", "inputs": {"image_bytes": [image]}},
        {"signature_name": "texts", "instances": ["a text", {"b64": "aGk="}]},
        {"signature_name": "two", "instances": [{"a": 1, "b": 2}, {"a": 3, "b": 4}]},
        {"signature_name": "two", "inputs": {"a": [1, 2], "b": [3, 4]}},
        {
            "signature_name": "kinds",
            "inputs": {"long": [1], "small": [2], "flag": [True], "wide": [[0.5]]},
        },
        {"signature_name": "pixels", "instances": [[[[1, 2, 3]] * 4] * 4]},
    ]


def _image(width: int, height: int, kind: str) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 90)).save(file, kind)
    return file.getvalue()


def _damaged(body: bytes, chance: random.Random) -> bytes:
    """Bytes lost, doubled, changed or put in."""
    changed = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(changed) + 1)
        match chance.randrange(4):
            case 0:
                del changed[place : place + chance.randint(1, 20)]
            case 1:
                changed[place:place] = changed[place : place + chance.randint(1, 20)]
            case 2:
                changed[place : place + 1] = bytes([chance.randrange(256)])
            case _:
                changed[place:place] = chance.choice([b"[", b"]", b"{", b'"', b",", b"\\u", b"e9"])
    return bytes(changed)


def _changed(document: Any, chance: random.Random) -> Any:
    """The same with one value replaced, taken away or doubled."""
    if chance.random() < 0.25 or not isinstance(document, dict | list) or not document:
        return chance.choice(_WORDS)
    if isinstance(document, dict):
        changed = dict(document)
        key = chance.choice(list(changed))
        match chance.randrange(4):
            case 0:
                del changed[key]
            case 1:
                changed[chance.choice(_NAMES)] = changed.pop(key)
            case 2:
                changed[key] = chance.choice(_SIGNATURES) if key == "signature_name" else None
            case _:
                changed[key] = _changed(changed[key], chance)
        return changed
    changed = list(document)
    place = chance.randrange(len(changed))
    match chance.randrange(3):
        case 0:
            del changed[place]
        case 1:
            changed.insert(place, chance.choice(_WORDS))
        case _:
            changed[place] = _changed(changed[place], chance)
    return changed


def _examples(model: str, chance: random.Random) -> tuple[str, bytes]:
    method = chance.choice(("classify", "regress"))
    example = {chance.choice(_NAMES): chance.choice(_WORDS) for _ in range(chance.randrange(3))}
    document: dict[str, Any] = {
        "signature_name": chance.choice((method, "serving_default", "two")),
        "examples": chance.choice(([example], [example, {"x": 1.0}], example, [], None)),
    }
    if chance.random() < 0.3:
        document["context"] = chance.choice(_WORDS)
    return f"/v1/models/{model}:{method}", json.dumps(document).encode()


def _with_a_bad_image(chance: random.Random) -> bytes:
    kind = chance.choice(("PNG", "JPEG", "GIF", "BMP", "WEBP"))
    contents = bytearray(_image(chance.randint(1, 40), chance.randint(1, 40), kind))
    if chance.random() < 0.5:
        del contents[chance.randrange(len(contents)) :]
    for _ in range(chance.randrange(6)):
        if contents:
            contents[chance.randrange(len(contents))] = chance.randrange(256)
    document = {"instances": [{"b64": base64.b64encode(bytes(contents)).decode()}]}
    if chance.random() < 0.5:
        document["signature_name"] = "images"  # type: ignore[assignment]
    return json.dumps(document).encode()


def _made_up(chance: random.Random) -> Any:
    def value(depth: int) -> Any:
        if depth == 0 or chance.random() < 0.4:
            return chance.choice(_WORDS)
        if chance.random() < 0.5:
            return [value(depth - 1) for _ in range(chance.randrange(4))]
        return {chance.choice(_NAMES): value(depth - 1) for _ in range(chance.randrange(4))}

    document = {chance.choice(("instances", "inputs")): value(4)}
    if chance.random() < 0.7:
        document["signature_name"] = chance.choice(_SIGNATURES)
    return document
