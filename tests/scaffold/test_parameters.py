import math

import pytest

from dltemplates.errors import AnswerError
from dltemplates.scaffold.parameters import Parameter, Value, text_of

HELP = {"en": "Help"}
WIDTH = Parameter("width", "int", 64, HELP, minimum=8, maximum=512, unit="channels")
RATE = Parameter("rate", "float", "auto", HELP, minimum=0.0, auto=True)
EMA = Parameter("ema", "bool", False, HELP)
MIX = Parameter("mix", "choice", "none", HELP, choices=("none", "mixup", "cutmix"))
NAME = Parameter("name", "string", "", HELP, pattern="[a-z]*")
PATH = Parameter("path", "path", "", HELP)


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        (WIDTH, "8", 8),
        (WIDTH, " 512 ", 512),
        (RATE, "1e-3", 0.001),
        (RATE, "3", 3.0),
        (RATE, "auto", "auto"),
        (EMA, "true", True),
        (EMA, "No", False),
        (MIX, "mixup", "mixup"),
        (NAME, "", ""),
        (PATH, "../사진 모음", "../사진 모음"),
    ],
)
def test_parses(parameter: Parameter, text: str, value: Value) -> None:
    parsed = parameter.parse(text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("parameter", "text", "expected"),
    [
        (WIDTH, "7", "a whole number, 8 to 512 channels; received 7"),
        (WIDTH, "513", "received 513"),
        (WIDTH, "8.0", "received '8.0'"),
        (WIDTH, "", "received ''"),
        (WIDTH, "auto", "received 'auto'"),
        (RATE, "-1", "a number, at least 0.0, or auto; received -1.0"),
        (RATE, "nan", "received nan"),
        (RATE, "inf", "received inf"),
        (EMA, "maybe", "true or false; received 'maybe'"),
        (MIX, "mixip", "Did you mean 'mixup'?"),
        (MIX, "zzz", "Known: cutmix, mixup, none."),
        (NAME, "a b", "text that matches [a-z]*; received 'a b'"),
        (NAME, "ab\n", "received"),
        (PATH, "a\nb", "line break"),
        (PATH, "a\0b", "cannot be printed"),
        (PATH, "a\udcff", "cannot be printed"),
    ],
)
def test_refuses_what_is_typed(parameter: Parameter, text: str, expected: str) -> None:
    with pytest.raises(AnswerError) as caught:
        parameter.parse(text)
    assert expected in str(caught.value)
    assert f"parameter {parameter.name!r}" in str(caught.value)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        (WIDTH, True),
        (WIDTH, 8.0),
        (WIDTH, "8"),
        (WIDTH, None),
        (RATE, True),
        (RATE, "0.1"),
        (RATE, math.inf),
        (EMA, 1),
        (EMA, "true"),
        (MIX, ["none"]),
        (MIX, 0),
    ],
)
def test_refuses_a_value_of_another_type(parameter: Parameter, value: object) -> None:
    with pytest.raises(AnswerError, match="received"):
        parameter.check(value)


def test_a_whole_number_is_a_number() -> None:
    assert type(RATE.check(2)) is float


def test_what_is_printed_can_be_typed() -> None:
    for parameter, values in {
        WIDTH.name: (WIDTH, [8, 511]),
        RATE.name: (RATE, [1e-7, 0.1, 1e22, 1 / 3, "auto"]),
        EMA.name: (EMA, [True, False]),
        MIX.name: (MIX, ["none", "cutmix"]),
    }.values():
        for value in values:
            assert parameter.parse(text_of(value)) == value


def test_default_depends_on_an_earlier_answer() -> None:
    dropout = Parameter(
        "dropout", "float", 0.0, HELP, defaults_for={"ema": {"true": 0.5}, "mix": {"mixup": 0.2}}
    )
    assert dropout.default_given({"ema": True, "mix": "none"}) == 0.5
    assert dropout.default_given({"ema": False, "mix": "mixup"}) == 0.2
    assert dropout.default_given({"ema": False, "mix": "none"}) == 0.0


def test_help_falls_back_to_english() -> None:
    korean = Parameter("p", "bool", True, {"en": "Help", "ko": "도움말"})
    assert korean.help_in("ko") == "도움말"
    assert korean.help_in("fr") == "Help"
