import click
import pytest

from dltemplates.project.duration import Duration


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), ("1h30m", 5400), ("2h", 7200)]
)
def test_times(text, seconds):
    assert Duration().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "30", "m", "0s", "-5m", "30m1h", "half an hour"])
def test_what_is_no_time(text):
    with pytest.raises(click.BadParameter, match="30m or 1h30m"):
        Duration().convert(text, None, None)
