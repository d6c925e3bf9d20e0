"""The protocol, as TensorFlow Serving's api_rest.md and http_rest_api_handler_test.cc have it."""

import base64

import httpx
import pytest

from tests.serving.small_models import image_file

SMALL = "/v1/models/small"
PREDICT = f"{SMALL}:predict"


def b64(contents: bytes) -> dict[str, str]:
    return {"b64": base64.b64encode(contents).decode()}


def ask(client, document, path=PREDICT) -> httpx.Response:
    return client.post(path, json=document)


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ({"instances": [[1, 2], [3, 4]]}, {"predictions": [3.0, 7.0]}),
        ({"instances": [{"x": [1, 2]}, {"x": [3, 4]}]}, {"predictions": [3.0, 7.0]}),
        ({"inputs": [[1, 2], [3, 4]]}, {"outputs": [3.0, 7.0]}),
        ({"inputs": {"x": [[1, 2], [3, 4]]}}, {"outputs": [3.0, 7.0]}),
        ({"signature_name": "serving_default", "inputs": [[0.1, 0.2]]}, {"outputs": [0.3]}),
        (
            {"signature_name": "two", "instances": [{"a": 1, "b": 2}, {"a": 3, "b": 4}]},
            {"predictions": [{"product": 2.0, "sum": 3.0}, {"product": 12.0, "sum": 7.0}]},
        ),
        (
            {"signature_name": "two", "inputs": {"a": [1, 3], "b": [2, 4]}},
            {"outputs": {"product": [2.0, 12.0], "sum": [3.0, 7.0]}},
        ),
        (
            {"signature_name": "texts", "instances": ["hi", {"b64": "aGk="}]},
            {"predictions": [{"length": 2, "raw_bytes": {"b64": "aGk="}, "upper": "HI"}] * 2},
        ),
        ({"signature_name": "total", "inputs": [1, 2]}, {"outputs": 3.0}),
        (
            {
                "signature_name": "kinds",
                "inputs": {
                    "long": [-(2**63), 2**63 - 1],
                    "small": [0, 255],
                    "flag": [True, False],
                    "wide": [[0.1, 1e300], [0, 5]],
                },
            },
            {
                "outputs": {
                    "flag_out": [True, False],
                    "long_out": [-(2**63), 2**63 - 1],
                    "small_out": [0, 255],
                    "wide_out": [[0.1, 1e300], [0.0, 5.0]],
                }
            },
        ),
    ],
)
def test_predictions(client, request_, answer):
    received = ask(client, request_)
    assert received.status_code == 200
    assert received.headers["content-type"] == "application/json"
    assert received.json() == answer


def test_floats_have_the_fewest_digits_that_tell_them_apart(client):
    received = ask(client, {"instances": [[0.1, 0.1]]})
    assert received.content == b'{"predictions": [0.2]}'


def test_not_a_number_and_infinity_are_bare_words_both_ways(client):
    body = b'{"instances": [[NaN, 1], [Infinity, 1], [-Infinity, 1]]}'
    received = client.post(PREDICT, content=body)
    assert received.content == b'{"predictions": [NaN, Infinity, -Infinity]}'


def test_images(client):
    images = [b64(image_file(3, 5)), b64(image_file(4, 6, "JPEG"))]
    received = ask(client, {"signature_name": "images", "instances": images})
    assert received.json() == {"predictions": [5, 6]}


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({}, "Missing 'inputs' or 'instances' key"),
        ({"instances": [1], "inputs": [1]}, "expecting only one of 'inputs' or 'instances' keys"),
        ({"instances": 1}, "Expecting 'instances' to be an list/array"),
        ({"instances": []}, "No values in 'instances' array"),
        ({"signature_name": 100}, "'signature_name' key must be a string value."),
        (
            {"signature_name": "none", "instances": [1]},
            'Serving signature name: "none" not found in signature def',
        ),
        (
            {"signature_name": "metadata", "inputs": {}},
            "Failed to get input map for signature: metadata",
        ),
        (
            {"instances": [["a", "b"]]},
            'JSON Value: "a" Type: String is not of expected type: float',
        ),
        ({"instances": [{"z": 1}]}, "JSON object: does not have named input: z"),
        ({"instances": [{}]}, "keys must be equal to: x"),
        ({"instances": [[1, 2], {"x": [1, 2]}]}, "Expecting value/list but got object at item 1"),
        ({"instances": [{"x": [1, 2]}, [1, 2]]}, "Expecting object but got list at item 1"),
        (
            {"signature_name": "two", "instances": [1]},
            "instances is a plain list, but expecting list of objects as multiple input tensors",
        ),
        (
            {"signature_name": "two", "inputs": [1]},
            "inputs is a plain value/list, but expecting an object as multiple input tensors",
        ),
        (
            {"signature_name": "two", "inputs": {"a": [1]}},
            "Missing named input: b in 'inputs' object.",
        ),
        (
            {"signature_name": "two", "inputs": {"a": [1], "b": [1], "c": [1]}},
            "does not have named input: c",
        ),
        ({"instances": [[1, 2, 3]]}, "Input 'x' must have shape [?,2], but got [1,3]"),
        (
            {"signature_name": "total", "instances": [1]},
            "Tensor name: total has no shape information",
        ),
        (
            {"signature_name": "texts", "instances": ["a", "refuse me"]},
            "Input 'text', element 1: assertion failed: [This text is refused]",
        ),
        (
            {"signature_name": "images", "instances": [{"b64": "AAAA"}]},
            "Input 'image_bytes', element 0: this is no image that can be read",
        ),
    ],
)
def test_what_is_wrong_is_said(client, request_, message):
    received = ask(client, request_)
    assert received.status_code == 400
    assert message in received.json()["error"]


def test_an_image_that_is_cut_off_is_named(client):
    whole = image_file(30, 30)
    images = [b64(whole), b64(whole[:-200])]
    received = ask(client, {"signature_name": "images", "instances": images})
    assert received.status_code == 400
    assert received.json()["error"].startswith("Input 'image_bytes', element 1: ")


def test_classify(client):
    document = {
        "signature_name": "classify",
        "context": {"x": 2.0},
        "examples": [{"x": 1.0}, {}],
    }
    received = ask(client, document, f"{SMALL}:classify")
    assert received.json() == {
        "results": [
            [["cat", 1.0], ["dog", 2.0], ["고양이", 3.0]],
            [["cat", 2.0], ["dog", 4.0], ["고양이", 6.0]],
        ]
    }


def test_regress(client):
    document = {"signature_name": "regress", "examples": [{"x": 1.0, "z": [0.5]}, {"x": 2.0}]}
    received = ask(client, document, f"{SMALL}/versions/7:regress")
    assert received.json() == {"results": [1.5, 2.0]}


@pytest.mark.parametrize(
    ("method", "request_", "message"),
    [
        (
            "classify",
            {"examples": [{}]},
            "Expected classification signature method_name to be tensorflow/serving/classify. "
            "Was: tensorflow/serving/predict",
        ),
        (
            "regress",
            {"signature_name": "classify", "examples": [{}]},
            "Expected regression signature method_name to be tensorflow/serving/regress. "
            "Was: tensorflow/serving/classify",
        ),
        ("classify", {"signature_name": "no"}, "No signature was found with the name: no"),
        ("classify", {"signature_name": "classify"}, "key 'examples' is expected"),
        (
            "classify",
            {"signature_name": "classify", "examples": 1},
            "Expecting 'examples' value to be an list/array",
        ),
        (
            "classify",
            {"signature_name": "classify", "examples": []},
            "'examples' value is an empty array",
        ),
        (
            "classify",
            {"signature_name": "classify", "examples": [1]},
            "Example must be JSON object but got JSON Number",
        ),
        (
            "classify",
            {"signature_name": "classify", "examples": [{"x": [1.0, "a"]}]},
            "Unexpected element type in feature: x expecting type: float",
        ),
        (
            "classify",
            {"signature_name": "classify", "examples": [{"x": [None]}]},
            "Feature: x has element with unexpected JSON type: Null",
        ),
        (
            "classify",
            {"signature_name": "classify", "examples": [{"x": [2**64]}]},
            "Feature: x has uint64_t element. Only int64_t is supported.",
        ),
        ("classify", {"signature_name": "classify", "examples": [{"x": "a"}]}, "Input 'inputs'"),
    ],
)
def test_what_is_wrong_with_examples_is_said(client, method, request_, message):
    received = ask(client, request_, f"{SMALL}:{method}")
    assert received.status_code == 400
    assert message in received.json()["error"]


def test_status(client):
    state = {
        "version": "7",
        "state": "AVAILABLE",
        "status": {"error_code": "OK", "error_message": ""},
    }
    for path in (SMALL, f"{SMALL}/versions/7"):
        assert client.get(path).json() == {"model_version_status": [state]}


def test_metadata(client):
    for path in (f"{SMALL}/metadata", f"{SMALL}/versions/7/metadata"):
        found = client.get(path).json()
        assert found["model_spec"] == {"name": "small", "signature_name": "", "version": "7"}
        signature = found["metadata"]["signature_def"]["signature_def"]["serving_default"]
        assert signature["method_name"] == "tensorflow/serving/predict"
        assert signature["inputs"] == {
            "x": {
                "dtype": "DT_FLOAT",
                "tensor_shape": {
                    "dim": [{"size": "-1", "name": ""}, {"size": "2", "name": ""}],
                    "unknown_rank": False,
                },
                "name": "serving_default_x:0",
            }
        }


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/v1/foo", 400, "Malformed request: GET /v1/foo"),
        ("POST", "/v1/foo", 400, "Malformed request: POST /v1/foo"),
        ("PUT", PREDICT, 400, f"Malformed request: PUT {PREDICT}"),
        ("GET", "/v1/models", 400, "Missing model name in request."),
        ("GET", "/v1/models/debug/name", 400, "Malformed request"),
        ("POST", "/v1/models", 400, "Malformed request"),
        ("GET", PREDICT, 400, "Malformed request"),
        ("POST", f"{SMALL}/version/7:predict", 400, "Malformed request"),
        ("POST", f"{SMALL}/versions/HELLO:predict", 400, "Malformed request"),
        ("POST", f"{SMALL}/versions/{2**64}:predict", 400, "Failed to convert version"),
        ("POST", f"{SMALL}/metadata", 400, "Malformed request"),
        ("POST", f"{SMALL}/labels/best:predict", 400, "Unrecognized servable version label: best"),
        ("POST", "/v1/models/foo:predict", 404, "Servable not found for request: Latest(foo)"),
        (
            "POST",
            f"{SMALL}/versions/8:predict",
            404,
            "Servable not found for request: Specific(small, 8)",
        ),
        ("GET", "/v1/models/foo", 404, "Could not find any versions of model foo"),
        ("GET", f"{SMALL}/versions/8", 404, "Could not find version 8 of model small"),
        ("GET", "/v1/models/foo/metadata", 404, "Servable not found for request: Latest(foo)"),
        ("GET", "/nowhere", 404, "Not Found"),
        ("POST", "/health/live", 405, "Method Not Allowed"),
    ],
)
def test_other_paths(client, method, path, status, message):
    received = client.request(method, path, json={"instances": [[1, 2]]})
    assert received.status_code == status
    assert message in received.json()["error"]


def test_paths_are_read_whatever_their_case(client):
    assert ask(client, {"instances": [[1, 2]]}, "/V1/Models/small:PREDICT").status_code == 200
