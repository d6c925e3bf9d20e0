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
def windows(served) -> dict[str, np.ndarray]:
    """Two windows of noise, with values missing, in the shape that the export takes."""
    random = np.random.default_rng(0)
    wanted = served.export.signatures["serving_default"].structured_input_signature[1]
    windows = {
        name: random.uniform(0, 100, (2, *spec.shape[1:])).astype(spec.dtype.as_numpy_dtype)
        for name, spec in wanted.items()
    }
    windows["values"][0, ::5] = np.nan
    return windows


def test_forecasts(served, windows):
    check_answers(served, windows)


def test_a_window_that_is_too_short_is_refused(served, windows):
    short = windows | {"values": windows["values"][:, 1:]}
    with pytest.raises(RefusedError) as refused:
        served.model.predict(inputs=short)
    assert refused.value.status == 400


def test_the_client_in_the_readme(served, capsys):
    exec(readme_client(served.model.url), {})
    about = served.export.signatures["metadata"]()
    assert len(capsys.readouterr().out.splitlines()) == int(about["horizon"])
