"""A server in a process of its own, from its start to its end."""

import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from benchmarks.serving.load import post, press
from tests.serving.small_models import write_small_model

PREDICT = "/v1/models/small:predict"
CODE = """
import atexit, sys
from dltemplates.project.project_group import project_group

def loaded():
    names = [name for name in sys.modules if name.partition(".")[0] == "keras"]
    print("keras:", [name for name in names if sys.modules[name] is not None])

atexit.register(loaded)
project_group("small", "")()
"""
SLOW = {"signature_name": "slow", "instances": [400_000]}


@contextmanager
def running(folder, *options):
    words = [sys.executable, "-c", CODE, "serve", "--export", folder, "--port", "0", *options]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder.parent
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("Serving small, version 1, at http://127.0.0.1:"), (
            line,
            process.stderr.read(),
        )
        yield process, int(re.search(r":(\d+)/v1", line)[1])
    finally:
        process.kill()
        process.wait()


def test_versions_change_under_load_and_a_signal_ends_it_well(tmp_path):
    folder = tmp_path / "small"
    write_small_model(folder / "1")
    with running(folder, "--poll", "0.1") as (process, port):
        loads = []
        requests = [post(PREDICT, b'{"instances": [[1, 2]]}')]
        load = threading.Thread(
            target=lambda: loads.append(press(port, requests, 8, seconds=6.0, keep=True))
        )
        load.start()
        for version in (2, 3):
            time.sleep(1.0)
            write_small_model(folder / str(version), offset=100.0 * version)
        load.join()
        answers = {(status, body) for status, _, body in loads[0].answers}
        assert answers == {
            (200, b'{"predictions": [3.0]}'),
            (200, b'{"predictions": [203.0]}'),
            (200, b'{"predictions": [303.0]}'),
        }
        assert loads[0].dropped == 0

        late = []
        url = f"http://127.0.0.1:{port}{PREDICT}"
        slow = threading.Thread(
            target=lambda: late.append(httpx.post(url, json=SLOW, timeout=60).json())
        )
        slow.start()
        time.sleep(0.5)
        process.terminate()
        slow.join()
        assert late == [{"predictions": [400_000]}]
        output, errors = process.communicate(timeout=30)
        assert process.returncode == 0
        assert output.splitlines()[-1] == "keras: []"
        assert not re.search("error|warning|traceback", errors, re.IGNORECASE), errors


def test_a_second_ctrl_c_ends_it_at_once(tmp_path):
    folder = tmp_path / "small"
    write_small_model(folder / "1")
    with running(folder) as (process, port):
        url = f"http://127.0.0.1:{port}{PREDICT}"

        def ask():
            with pytest.raises(httpx.TransportError):
                httpx.post(url, json={**SLOW, "instances": [2_000_000_000]}, timeout=60)

        slow = threading.Thread(target=ask)
        slow.start()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None  # it waits for the answer
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 130
        slow.join()
