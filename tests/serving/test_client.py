import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from dltemplates.errors import ServingError
from dltemplates.serving.client import RefusedError, ServedModel


@pytest.fixture
def server():
    """A server that keeps what it is asked in `asked` and answers with `answer`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.server.asked = (self.command, self.path, body.decode())
            status, answer = self.server.answer
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer.encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def model(server):
    return ServedModel(f"http://127.0.0.1:{server.server_port}/v1/models/m/")


def test_items_arrays_and_bytes_are_asked(server, model):
    server.answer = (200, '{"predictions": [NaN, 1.5]}')
    values = np.array([[1.0, np.nan]], "float32")
    nothing, number = model.predict([{"values": values, "image": b"\xff\x00"}])
    assert np.isnan(nothing) and number == 1.5
    command, path, body = server.asked
    assert (command, path) == ("POST", "/v1/models/m:predict")
    assert body == '{"instances": [{"values": [[1.0, NaN]], "image": {"b64": "/wA="}}]}'


def test_inputs_and_a_signature_are_asked_of_a_version(server, model):
    server.answer = (200, '{"outputs": {"a": [1]}}')
    assert model.version(3).predict(inputs=[0], signature="encode") == {"a": [1]}
    _, path, body = server.asked
    assert path == "/v1/models/m/versions/3:predict"
    assert json.loads(body) == {"signature_name": "encode", "inputs": [0]}


def test_status_and_signatures(server, model):
    server.answer = (200, '{"model_version_status": [{"version": "1", "state": "AVAILABLE"}]}')
    assert model.status() == [{"version": "1", "state": "AVAILABLE"}]
    assert server.asked == ("GET", "/v1/models/m", "")
    server.answer = (200, '{"metadata": {"signature_def": {"signature_def": {"x": {}}}}}')
    assert model.signatures() == {"x": {}}
    assert server.asked[1] == "/v1/models/m/metadata"


@pytest.mark.parametrize(
    ("body", "words"), [('{"error": "No such model."}', "No such"), ("?", r"\?")]
)
def test_a_refusal_has_its_status_and_words(server, model, body, words):
    server.answer = (404, body)
    with pytest.raises(RefusedError, match=words) as refused:
        model.predict([1])
    assert refused.value.status == 404


def test_a_server_that_is_not_there_is_told():
    with pytest.raises(ServingError, match="does not answer"):
        ServedModel("http://127.0.0.1:1/v1/models/m").status()


def test_what_json_has_not_is_named(model):
    with pytest.raises(TypeError, match="received set"):
        model.predict([{1}])
