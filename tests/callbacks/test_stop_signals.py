import os
import signal
import subprocess
import sys

import pytest

from dltemplates.callbacks.stop_signals import StopSignals


@pytest.mark.parametrize(
    ("number", "raised"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)]
)
def test_notes_a_signal_and_raises_it_later(number, raised, capfd):
    stop = StopSignals()
    stop.install()
    try:
        os.kill(os.getpid(), number)
        assert stop.received == number
        assert "Once more stops at once" in capfd.readouterr().err
        with pytest.raises(raised):
            stop.leave()
    finally:
        stop.remove()


def test_leaves_nothing_to_raise_where_nothing_came():
    stop = StopSignals()
    stop.install()
    stop.leave()
    assert stop.received is None


def test_the_second_ends_the_process():
    code = (
        "import os, signal, time\n"
        "from dltemplates.callbacks.stop_signals import StopSignals\n"
        "StopSignals().install()\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "print('still here', flush=True)\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "print('and here', flush=True)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == -signal.SIGINT
    assert ended.stdout == "still here\n"
