"""What clients rely on: over HTTP the export answers as it does in this process.

Where SERVING_URL is set, such as to http://localhost:8501/v1/models/NAME, the tests ask the server
there, which has to serve the newest version in this project's `export`, and start none.
"""

import numpy as np
import pytest
from dltemplates.serving.client import RefusedError
from dltemplates.serving.contract import check_answers, check_protocol, served_export

from .conftest import readme_client


@pytest.fixture(scope="module")
def served(request):
    package = "my_app"
    with served_export(package, lambda: request.getfixturevalue("exported")) as served:
        yield served


def test_protocol(served):
    check_protocol(served)


@pytest.fixture
def values(served) -> np.ndarray:
    #% if kind == "series"
    """Two logs of noise, of 20 rows more than a window, with values missing."""
    #% else
    """Rows of noise, with values missing."""
    #% endif
    about = served.export.signatures["metadata"]()
    #% if kind == "series"
    shape = (2, int(about["window"]) + 20, len(about["names"].numpy()))
    #% else
    shape = (5, len(about["names"].numpy()))
    #% endif
    values = np.random.default_rng(0).uniform(0, 100, shape).astype("float32")
    values[0, ::4] = np.nan
    return values


def test_scores(served, values):
    check_answers(served, {"values": values})


def test_codes(served, values):
    #% if kind == "series"
    check_answers(served, {"values": values[:, :-20]}, "encode")
    #% else
    check_answers(served, {"values": values}, "encode")
    #% endif


def test_what_has_a_column_too_few_is_refused(served, values):
    with pytest.raises(RefusedError) as refused:
        served.model.predict(values[..., 1:])
    assert refused.value.status == 400


def test_the_client_in_the_readme(served, capsys):
    exec(readme_client(served.model.url), {})
    assert capsys.readouterr().out.count("score") >= 1
