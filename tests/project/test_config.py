from typing import Annotated, Literal

import pytest
from pydantic import Field

from dltemplates.errors import ConfigError
from dltemplates.project.config import Section, dump_config, load_config

TOML = """
[data]
path = "사진"
share = 0.1
[train]
epochs = 3
optimizer = "adam"
rate = "auto"
end = ""
names = []
"""


class Data(Section):
    path: str
    share: Annotated[float, Field(ge=0, le=0.5)]


class Train(Section):
    epochs: Annotated[int, Field(ge=1)]
    optimizer: Literal["adam", "sgd"]
    rate: Literal["auto"] | Annotated[float, Field(gt=0)]
    end: str | Annotated[int, Field(ge=0)]
    names: list[str]


class Config(Section):
    data: Data
    train: Train


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(TOML, "utf-8")
    return file


def test_file_and_overrides(path):
    overrides = ("train.epochs=7", "train.rate=0.5", "data.path=../my photos", "data.share=0")
    config = load_config(Config, path, overrides)
    assert (config.train.epochs, config.train.rate, config.train.optimizer) == (7, 0.5, "adam")
    assert (config.data.path, config.data.share) == ("../my photos", 0.0)


def test_a_text_needs_no_quotes_even_if_it_looks_like_a_number(path):
    config = load_config(Config, path, ("data.path=2024",))
    assert config.data.path == "2024"


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2017-06-26", "2017-06-26"),
        ("2017-06-26T05:00:00", "2017-06-26 05:00:00"),
        ("2017-06-26 05:00:00+09:00", "2017-06-26 05:00:00+09:00"),
        ("05:30:00", "05:30:00"),
        ("800", 800),
    ],
)
def test_a_time_needs_no_quotes(path, text, end):
    assert load_config(Config, path, (f"train.end={text}",)).train.end == end
    path.write_text(TOML.replace('end = ""', f"end = {text}"), "utf-8")
    assert load_config(Config, path).train.end == end


def test_a_time_where_no_text_may_be(path):
    with pytest.raises(ConfigError, match=r"--set train.epochs: .*2017.*integer"):
        load_config(Config, path, ("train.epochs=2017-06-26",))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("2024", ["2024"]),
        ("1.50", ["1.50"]),
        ("2024,2025", ["2024", "2025"]),
        ("2024-01-01", ["2024-01-01"]),
        ("true", ["true"]),
        ("'a, b'", ["a", "b"]),
        ('["a, b"]', ["a, b"]),
        ("[]", []),
    ],
)
def test_names_need_neither_brackets_nor_quotes(path, text, names):
    assert load_config(Config, path, (f"train.names={text}",)).train.names == names


def test_a_dumped_configuration_is_read_back(path, tmp_path):
    config = load_config(Config, path, ('data.path="a\\"b\\\\c\\n한"', "train.rate=1e-7"))
    again = tmp_path / "again.toml"
    again.write_text(dump_config(config), "utf-8")
    assert load_config(Config, again) == config


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("train.epoch=3", ["Unknown key 'epoch'", "Did you mean 'epochs'?"]),
        ("trian.epochs=3", ["Unknown section 'trian'", "Did you mean 'train'?"]),
        ("train.epochs", ["Expected section.key=value"]),
        ("epochs=3", ["Expected section.key=value"]),
        ("train.epochs=many", ["--set train.epochs", "'many'", "integer"]),
        ("train.epochs=0", ["--set train.epochs", "0", "greater than or equal to 1"]),
        ("train.optimizer=adma", ["'adma'", "'adam' or 'sgd'", "Did you mean 'adam'?"]),
        ("train.rate=fast", ["'fast'", "'auto'", "number"]),
        ("data.share=0.9", ["--set data.share", "0.9", "less than or equal to 0.5"]),
    ],
)
def test_refused_overrides(path, override, words):
    with pytest.raises(ConfigError) as caught:
        load_config(Config, path, (override,))
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("epochs = 3", "epoch = 3"), ["train.epoch", "no such key", "Did you mean 'epochs'?"]),
        (("epochs = 3", ""), ["train.epochs", "missing"]),
        (("[train]", "[trian]"), ["trian", "no such key"]),
        (("epochs = 3", "epochs = three"), ["not valid TOML", "line 6"]),
        (('path = "사진"', "path = 3"), ["data.path", "3", "string"]),
        (("epochs = 3", "epochs = 2.5"), ["train.epochs", "2.5", "integer"]),
    ],
)
def test_refused_files(path, change, words):
    path.write_text(TOML.replace(*change), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(Config, path)
    for word in [str(path), *words]:
        assert word in str(caught.value)


def test_missing_and_misencoded_files(path, tmp_path):
    with pytest.raises(ConfigError, match="no configuration here"):
        load_config(Config, tmp_path / "other.toml")
    path.write_bytes(TOML.encode("cp949"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_config(Config, path)
