import pytest

from dltemplates.training import precision


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("avx2 avx512f amx_bf16", "mixed_bfloat16"),
        ("avx2 avx512_bf16", "mixed_bfloat16"),
        ("avx2 avx512f", "float32"),
        ("", "float32"),
    ],
)
def test_auto_follows_the_cpu(monkeypatch, flags, expected):
    monkeypatch.setattr(precision, "cpu_flags", lambda: set(flags.split()))
    assert precision.choose_precision("auto") == expected


def test_a_choice_is_kept():
    assert precision.choose_precision("mixed_float16") == "mixed_float16"
