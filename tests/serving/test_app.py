import gzip
import json
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.serving.small_models import image_file
from tests.serving.test_rest import PREDICT, SMALL, ask, b64

SLOW = {"signature_name": "slow", "instances": [20_000_000]}
ONE = {"instances": [[1, 2]]}


def test_health(client):
    assert client.get("/health/live").json() == {"live": True}
    assert client.get("/health/ready").json() == {"ready": True, "version": 7}


def test_about(client):
    about = client.get("/about").json()
    assert about["name"] == "small"
    assert about["version"] == 7
    assert about["kind"] == "image classifier"
    assert about["metadata"] == {
        "kind": "image classifier",
        "class_names": ["cat", "dog", "고양이"],
        "coverage": 0.9,
    }
    assert "serving_default" in about["signatures"]
    assert not any(name.startswith("__") for name in about["signatures"])


def test_the_page_can_load_nothing_from_elsewhere(client):
    page = client.get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in re.sub(r"sha256-[^']*", "", policy)
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page.text)


def test_metrics(client):
    ask(client, ONE)
    ask(client, {})
    for path in ("/metrics", "/monitoring/prometheus/metrics"):
        text = client.get(path).text
        assert re.search(r'dltemplates_requests_total\{code="200",endpoint="predict"\} [1-9]', text)
        assert re.search(r'dltemplates_requests_total\{code="400",endpoint="predict"\} [1-9]', text)
        assert "dltemplates_request_seconds_bucket" in text
        assert "dltemplates_queue_length 0.0" in text
        assert "dltemplates_model_version 7.0" in text
        assert "dltemplates_batch_items_count" in text


def test_a_body_that_is_too_large_is_refused(client_of):
    client = client_of(max_body=1000)
    assert ask(client, ONE).status_code == 200
    large = b'{"instances": "' + b"x" * 1000 + b'"}'
    for content in (
        large,
        iter([large[:600], large[600:]]),
        iter([large]),
    ):  # with a stated length and without
        received = client.post(PREDICT, content=content)
        assert received.status_code == 413
        assert "larger than 1,000 bytes" in received.json()["error"]
    assert ask(client, ONE).status_code == 200


def test_a_body_may_be_packed(client_of):
    client = client_of(max_body=1000)

    def send(contents, encoding="gzip"):
        return client.post(PREDICT, content=contents, headers={"Content-Encoding": encoding})

    packed = gzip.compress(json.dumps(ONE).encode())
    assert send(packed).json() == {"predictions": [3.0]}
    for contents, encoding, status in (
        (packed[:-9], "gzip", 400),
        (b"no gzip", "gzip", 400),
        (gzip.compress(b" " * 1001), "gzip", 413),
        (packed, "br", 415),
    ):
        answer = send(contents, encoding)
        assert answer.status_code == status
        assert answer.json()["error"]


def test_an_image_that_is_too_large_is_refused(client_of):
    client = client_of(max_pixels=100)
    document = {"signature_name": "images", "instances": [b64(image_file(10, 10))]}
    assert ask(client, document).json() == {"predictions": [10]}
    document["instances"].append(b64(image_file(10, 11)))
    received = ask(client, document)
    assert received.status_code == 422
    assert received.json()["error"] == (
        "Input 'image_bytes', element 1: the image has 110 pixels; at most 100 are taken."
    )


def test_what_takes_too_long_is_given_up(client_of):
    client = client_of(timeout=0.5, threads=1)
    received = ask(client, SLOW)
    assert received.status_code == 504
    assert received.json()["error"]
    assert ask(client, ONE).status_code == 200  # the thread is free again


@pytest.mark.parametrize(
    ("path", "document"),
    [
        (PREDICT, {"signature_name": "images", "instances": [b64(image_file(1, 1))] * 150_000}),
        (f"{SMALL}:classify", {"signature_name": "classify", "examples": [{"x": 1.0}] * 600_000}),
    ],
    ids=["images", "examples"],
)
def test_reading_can_take_too_long_as_well(client_of, path, document):
    client = client_of(timeout=1.0, threads=1)
    body = json.dumps(document).encode()
    started = time.monotonic()
    assert client.post(path, content=body).status_code == 504
    assert ask(client, ONE).status_code == 200  # the thread is free again
    assert time.monotonic() - started < 5.0


def test_a_body_that_does_not_come_is_given_up(client_of):
    client = client_of(timeout=0.5)
    with socket.create_connection((client.base_url.host, client.base_url.port)) as slow:
        slow.sendall(f"POST {PREDICT} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{{".encode())
        assert slow.recv(1000).startswith(b"HTTP/1.1 408 ")


def test_more_than_can_wait_is_refused(client_of):
    client = client_of(queue=1, threads=1, timeout=2.0, batch=0)
    barrier = threading.Barrier(8)

    def press(_):
        barrier.wait()
        return ask(client, SLOW)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(press, range(8)))
    refused = [answer for answer in answers if answer.status_code == 503]
    assert len(refused) >= 5
    assert {answer.status_code for answer in answers} == {503, 504}
    assert all(answer.headers["retry-after"] == "1" for answer in refused)


@pytest.mark.parametrize("batch", [0, 8])
def test_a_bad_request_does_not_spoil_those_beside_it(client_of, batch):
    client = client_of(batch=batch, threads=1)
    bad = {"signature_name": "texts", "instances": ["refuse me"]}
    documents = [
        bad if number % 4 == 0 else {"signature_name": "texts", "instances": [f"text {number}"]}
        for number in range(32)
    ]
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda document: ask(client, document), documents))
    for number, answer in enumerate(answers):
        if number % 4 == 0:
            assert answer.status_code == 400
            assert "This text is refused" in answer.json()["error"]
        else:
            assert answer.json()["predictions"][0]["upper"] == f"TEXT {number}"


def test_a_failure_of_ours_is_a_clear_answer(client_of, monkeypatch):
    client = client_of()
    monkeypatch.setattr("dltemplates.serving.workers.read_question", lambda *_: 1 / 0)
    received = ask(client, ONE)
    assert received.status_code == 500
    assert received.json() == {"error": "The server failed to answer this request."}
