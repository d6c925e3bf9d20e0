"""What clients rely on: over HTTP the export answers as it does in this process.

Where SERVING_URL is set, such as to http://localhost:8501/v1/models/NAME, the tests ask the server
there, which has to serve the newest version in this project's `export`, and start none.
"""

import numpy as np
import pytest
import tensorflow as tf
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


def test_images_of_any_size(served):
    shades = [np.full((height, 40, 3), height, "uint8") for height in (30, 50, 70)]
    images = [tf.io.encode_png(shade).numpy() for shade in shades]
    check_answers(served, {"image_bytes": np.array(images, object)})  # in base64


def test_pixels(served):
    kinds = served.export.signatures["pixels"].structured_input_signature[1]
    shape = (2, 20, 30, kinds["pixels"].shape[-1])
    pixels = np.random.default_rng(0).uniform(0, 255, shape).astype("float32")
    check_answers(served, {"pixels": pixels}, "pixels")


def test_what_is_no_image_is_refused(served):
    with pytest.raises(RefusedError) as refused:
        served.model.predict([b"not an image"])
    assert refused.value.status == 400


def test_the_client_in_the_readme(served, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo.jpg").write_bytes(tf.io.encode_jpeg(np.zeros((40, 40, 3), "uint8")).numpy())
    exec(readme_client(served.model.url), {})
    names = served.export.signatures["metadata"]()["class_names"].numpy()
    assert capsys.readouterr().out.strip().encode() in names
