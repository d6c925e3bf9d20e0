"""The contract notices servers that break it."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
import tensorflow as tf

from dltemplates.serving.client import ServedModel
from dltemplates.serving.contract import Served, check_answers, check_protocol
from tests.serving.page_models import save_models

INPUTS = {"text": np.array([b"so good", b"bad"], object)}
OUTPUTS = ("label", "probabilities", "top_labels", "top_probabilities")
MODEL = "/v1/models/text"


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    folder = save_models(tmp_path_factory.mktemp("models"))["text"]
    return tf.saved_model.load(str(folder / "1"))


@pytest.fixture
def server(export):
    """Answers by `paths` and `ask`, which a test may change, as a server of the export should."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            missing = (404, {"error": "Not found."})
            self.answer(*self.server.paths.get(self.path, missing))

        def do_POST(self):
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != f"{MODEL}:predict":
                self.answer(*self.server.paths.get(self.path, (404, {"error": "Not found."})))
            elif question.get("instances") == "no list":
                self.answer(*self.server.paths["malformed"])
            else:
                self.answer(200, self.server.ask(question))

        def answer(self, status, content):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *arguments):
            pass

    inputs, outputs = {"text": {}}, {name: {} for name in OUTPUTS}
    signatures = {"serving_default": {"inputs": inputs, "outputs": outputs}}
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.paths = {
            MODEL: (200, {"model_version_status": [{"version": "1", "state": "AVAILABLE"}]}),
            f"{MODEL}/metadata": (
                200,
                {"metadata": {"signature_def": {"signature_def": signatures}}},
            ),
            "malformed": (400, {"error": "Malformed."}),
        }
        server.ask = lambda question: answered(export, question)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def served(server, export):
    return Served(ServedModel(f"http://127.0.0.1:{server.server_port}{MODEL}"), export)


def answered(export, question, change=lambda rows: rows):
    """What the export answers, item by item or by outputs."""
    if "inputs" in question:
        texts = question["inputs"]["text"]
    else:
        texts = [item["text"] for item in question["instances"]]
    texts = [base64.b64decode(text["b64"]) for text in texts]
    answer = export.signatures["serving_default"](text=tf.constant(texts))
    columns = {name: plain(value.numpy()) for name, value in answer.items()}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    rows = change(rows)
    if "instances" in question:
        return {"predictions": rows}
    return {"outputs": {name: [row[name] for row in rows] for name in columns}}


def plain(values):
    return (np.vectorize(bytes.decode)(values) if values.dtype == object else values).tolist()


def test_a_server_that_answers_as_the_export_passes(served):
    check_protocol(served)
    check_answers(served, INPUTS)


def less_sure(rows):
    return [row | {"probabilities": [p * 1.0001 for p in row["probabilities"]]} for row in rows]


def other_words(rows):
    return [row | {"label": "ugly"} for row in rows]


@pytest.mark.parametrize("change", [less_sure, other_words, lambda rows: rows[::-1]])
@pytest.mark.parametrize("way", ["instances", "inputs"])
def test_other_answers_are_noticed(served, server, export, change, way):
    server.ask = lambda question: answered(
        export, question, change if way in question else lambda rows: rows
    )
    with pytest.raises(AssertionError):
        check_answers(served, INPUTS)


@pytest.mark.parametrize(
    ("path", "status", "content"),
    [
        (MODEL, 200, {"model_version_status": [{"version": "1", "state": "LOADING"}]}),
        (f"{MODEL}/versions/999999:predict", 400, {"error": "Not found."}),
        (f"{MODEL}/versions/999999:predict", 200, {"predictions": [1]}),
        (f"{MODEL}-of-another-name:predict", 200, {"predictions": [1]}),
        ("malformed", 500, {"error": "Malformed."}),
        ("malformed", 200, {"predictions": [1]}),
    ],
)
def test_another_protocol_is_noticed(served, server, path, status, content):
    server.paths[path] = (status, content)
    with pytest.raises(AssertionError):
        check_protocol(served)


def test_other_outputs_are_noticed(served, server):
    signatures = server.paths[f"{MODEL}/metadata"][1]["metadata"]["signature_def"]
    del signatures["signature_def"]["serving_default"]["outputs"]["label"]
    with pytest.raises(AssertionError):
        check_protocol(served)
