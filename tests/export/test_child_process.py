"""Why a process ended, in a line."""

import subprocess

import pytest

from dltemplates.export.child_process import last_words


@pytest.mark.parametrize(
    ("code", "said", "expected"),
    [
        (1, "Traceback\nValueError: no\nwarning: later", "ValueError: no"),
        (1, "", "it gave no reason"),
        (-11, "Fatal", "it crashed (signal 11)."),
        (
            1,
            'ConverterError: <unknown>:0: error: loc(fused["T:", "a_1@b"] at c("d")): T needs x',
            "ConverterError: T needs x",
        ),
    ],
)
def test_last_words(code, said, expected):
    assert last_words(subprocess.CompletedProcess([], code, "", said)) == expected
