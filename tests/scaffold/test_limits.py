"""Somebody else's template cannot render for ever."""

import resource
import signal
import sys
from pathlib import Path

import pytest

from dltemplates.errors import TemplateError
from dltemplates.scaffold import limits
from tests.scaffold.small_template import write_template
from tests.scaffold.test_render import rendered

LOOP = "#% for a in range(99999)\n#% for b in range(99999)\n{}#% endfor\n#% endfor\n"


@pytest.mark.skipif(sys.platform != "linux", reason="needs its limits")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n<< range(10 ** 12) | length >>", "f.txt:2: Range too big"),
        ("<< 9 ** (9 ** 9) >>", "f.txt:1: a number of more than 100,000 bits"),
        (LOOP.format(""), "f.txt: rendering takes more than 0.2 s."),
        (LOOP.format("out\n"), "f.txt: rendering takes more than 0.2 s."),
        ("<< 'out' * 10 ** 12 >>", "f.txt: rendering takes too much memory."),
        ("<< (['out' * 10 ** 6] * 10 ** 5) | join >>", "f.txt: rendering takes too much memory."),
        ("<< 'out' * 10 ** 7 >>", "f.txt: renders to 30,000,000 characters; 10,000,000 are"),
        ("#% macro f()\n<< f() >>\n#% endmacro\n<< f() >>", "calls itself without end"),
    ],
)
def test_what_takes_too_much_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: str
) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.2 if "0.2 s" in expected else 60)
    monkeypatch.setattr(limits, "MEMORY", 1 << 28)
    folder = write_template(tmp_path / "t", files={"f.txt": text})
    before = resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGALRM)
    with pytest.raises(TemplateError) as caught:
        rendered(folder)
    assert expected in str(caught.value)
    assert (resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGALRM)) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
