"""Whatever is sent, the answer is an error that says why, and the server goes on."""

import pytest

from benchmarks.serving.malformed import malformed_requests
from tests.serving.test_rest import ask

EXPECTED = {200, 400, 404, 413, 422}


@pytest.mark.parametrize("seed", range(4))
def test_malformed_requests_are_refused(client, seed):
    for path, body in malformed_requests("small", seed, 750):
        answer = client.post(path, content=body)
        assert answer.status_code in EXPECTED, (path, body, answer.text)
        assert ("error" in answer.json()) == (answer.status_code != 200)
    assert ask(client, {"instances": [[1, 2]]}).json() == {"predictions": [3.0]}
