"""What clients rely on: over HTTP the export answers as it does in this process.

Where SERVING_URL is set, such as to http://localhost:8501/v1/models/NAME, the tests ask the server
there, which has to serve the newest version in this project's `export`, and start none.
"""

import numpy as np
import pytest
from dltemplates.serving.client import RefusedError
from dltemplates.serving.contract import check_answers, check_protocol, served_export
#% if tokenization != "subword"

from .conftest import readme_client
#% endif


@pytest.fixture(scope="module")
def served(request):
    package = "my_app"
    with served_export(package, lambda: request.getfixturevalue("exported")) as served:
        yield served


def test_protocol(served):
    check_protocol(served)


#% if tokenization == "subword"
def test_tokens(served):
    tokens = np.array([[3, 4, 5, 6], [7, 8, 0, 0], [1, 0, 0, 0]], "int32")
    check_answers(served, {"tokens": tokens})


def test_what_is_no_token_is_refused(served):
    with pytest.raises(RefusedError) as refused:
        served.model.predict([["재밌어요"]])
    assert refused.value.status == 400
#% else
def test_texts(served):
    texts = ["정말 재밌어요 ㅋㅋ", "so boring", "", "이 영화 " * 50]
    check_answers(served, {"text": np.array([text.encode() for text in texts], object)})


def test_what_is_no_text_is_refused(served):
    with pytest.raises(RefusedError) as refused:
        served.model.predict([1.5])
    assert refused.value.status == 400


def test_the_client_in_the_readme(served, capsys):
    exec(readme_client(served.model.url), {})
    assert len(capsys.readouterr().out.splitlines()) == 2
#% endif
