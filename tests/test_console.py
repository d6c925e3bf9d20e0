import io
import sys

import pytest

from dltemplates.console import on_terminal


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stdin", "stdout", "asked"),
    [
        (Terminal(), Terminal(), True),
        (Terminal(), io.StringIO(), False),
        (io.StringIO(), Terminal(), False),
        (None, Terminal(), False),  # closed by the caller, as `<&-` does
        (Terminal(), None, False),
    ],
)
def test_who_can_be_asked(
    monkeypatch: pytest.MonkeyPatch,
    stdin: io.StringIO | None,
    stdout: io.StringIO | None,
    asked: bool,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", stdin)
        patch.setattr(sys, "stdout", stdout)
        found = on_terminal()
    assert found is asked
