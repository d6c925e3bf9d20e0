import pytest

from dltemplates.machine.requirements import Requirement, _parse, in_range, read_requirements


@pytest.mark.parametrize(
    ("version", "versions", "expected"),
    [
        ("2.21.0", ">=2.21,<2.22", True),
        ("2.22.0", "<2.22,>=2.21", False),
        ("2.9", ">=2.21", False),  # as numbers, not as text
        ("3", "==3.0", True),
        ("3.15.1rc1", ">=3.15,<4", True),
        ("2.21.0+cpu", "<2.22", True),
        ("1.0", "", True),
        ("1.0", "~=1.0", True),  # not understood
        ("1.0", "!=1.0", False),
    ],
)
def test_ranges(version, versions, expected):
    assert in_range(version, versions) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("tensorflow<2.22,>=2.21", Requirement("tensorflow", "<2.22,>=2.21", "")),
        (
            'sentencepiece (>=0.2) ; extra == "subword"',
            Requirement("sentencepiece", ">=0.2", "subword"),
        ),
        ("dltemplates[lint,test]; extra == 'dev'", Requirement("dltemplates", "", "dev")),
        ("importlib_resources >= 6", Requirement("importlib_resources", ">=6", "")),
    ],
)
def test_lines_of_metadata(line, expected):
    assert _parse(line) == expected


def test_a_requirement_is_met_or_says_the_command():
    assert Requirement("click", ">=8", "").met
    wrong = Requirement("click", ">=99,<100", "")
    assert not wrong.met
    assert wrong.command == 'python -m pip install "click>=99,<100"'
    assert Requirement("no-such-package-of-ours", "", "").installed is None


def test_a_package_that_is_not_installed_has_no_requirements():
    assert read_requirements("no-such-package-of-ours") == []
