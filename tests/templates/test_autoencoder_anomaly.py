"""Generated anomaly detectors, put through their own tests."""

import subprocess
import sys

import pytest

from tests.templates.generated import check_project, run, tensorflow_snippet

OPTIONS = {
    "defaults": [],
    "table": ["kind=table"],
    "lstm from a file": [
        "network=lstm",
        "source=path",
        "path=log.csv",
        "columns=flow, pressure",
        "label=fault",
        "window=24",
    ],
    "bottleneck": ["network=bottleneck", "layers=6", "units=16", "trim=0.1", "optimizer=adamw"],
    "variational": ["network=variational", "source=tfds", "dataset=my_pumps", "code=3"],
    "table bottleneck": ["kind=table", "network=bottleneck", "source=path", "path=parts.csv"],
    "table variational": ["kind=table", "network=variational", "layers=1", "schedule=one_cycle"],
    "one convolution": ["layers=1", "units=8", "noise=0.3", "false_alarm_rate=0.05"],
}
# Two go all the way, one a kind; of the others that is the library's part and tested there.
ALL_THE_WAY = {"defaults", "table"}


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIONS)
def test_generated_project(name, tmp_path):
    tests = [] if name in ALL_THE_WAY else ["tests/test_model.py"]
    check_project("autoencoder-anomaly", OPTIONS[name], tmp_path, tests)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["series", "table"])
def test_the_readme_serves_the_export_of_the_sample(kind, tmp_path):
    """At the defaults, but for the length of training; as the README says, by TensorFlow alone."""
    project = tmp_path / "watch"
    run("dltemplates", "new", "autoencoder-anomaly", project, "--defaults", "--set", f"kind={kind}")
    run("watch", "train", "--set", "train.steps=20", cwd=project)
    run("watch", "export", cwd=project)
    forbidden = "import sys; sys.modules.update({'keras': None, 'dltemplates': None})\n"
    result = subprocess.run(
        [sys.executable, "-c", forbidden + tensorflow_snippet(project)],
        cwd=project,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) == 2
