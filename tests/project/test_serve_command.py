import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from dltemplates.project import serve_command
from dltemplates.project.project_group import project_group

TASKS = ("image_classification", "text_classification", "forecasting", "anomaly_detection")


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Runs `serve` in an empty folder, where it is to fail."""
    monkeypatch.chdir(tmp_path)

    def run(*options):
        result = CliRunner().invoke(project_group("my_app", ""), ["serve", *map(str, options)])
        assert result.exit_code != 0
        assert "Traceback" not in result.output
        return result.output

    return run


def test_without_an_export_it_says_what_to_do(serve):
    output = serve()
    assert "export/my_app: There is no such folder." in output
    assert "Run the export command" in output


def test_a_port_that_is_taken_is_named(serve, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        output = serve("--export", tmp_path, "--port", port)
    assert f"127.0.0.1:{port}: Cannot listen here: Address already in use." in output
    assert "--port" in output


def test_a_host_that_is_not_here_is_named(serve, tmp_path):
    output = serve("--export", tmp_path, "--host", "no-such-host.invalid")
    assert "no-such-host.invalid:8501: Cannot listen here" in output


def test_the_extra_is_named_where_it_is_missing(serve, monkeypatch):
    monkeypatch.setattr(serve_command, "find_spec", lambda name: None)
    assert "pip install 'dltemplates[serve]'" in serve()


@pytest.mark.parametrize("name", ["a/b", "a:b", " "])
def test_a_name_has_to_fit_into_an_address(serve, name):
    assert "Not a name for a model" in serve("--name", name)


def test_a_folder_without_an_export_is_refused(tmp_path):
    code = "from dltemplates.project.project_group import project_group; project_group('a', '')()"
    words = [sys.executable, "-c", code, "serve", "--export", str(tmp_path), "--port", "0"]
    result = subprocess.run(words, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith(f"Error: {tmp_path}: No exported model here.")


@pytest.mark.parametrize("task", TASKS)
def test_commands_are_listed_without_loading_tensorflow(task):
    code = (
        f"import sys, dltemplates.project.{task}; "
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
