import pytest

from dltemplates.errors import ConfigError
from dltemplates.project.config import dump_config, load_config
from dltemplates.project.search_space import Choices, Range, read_space
from tests.project.small_project import CONFIG, TOML

names: dict = {}
exec(CONFIG, names)  # the schema of the small project
Config = names["Config"]


def space(tmp_path, text):
    path = tmp_path / "config.toml"
    path.write_text(TOML + "[tune.space]\n" + text, "utf-8")
    return read_space(load_config(Config, path), "config.toml")


def test_ranges_and_choices(tmp_path):
    found = space(
        tmp_path,
        '"train.learning_rate" = { low = 1e-4, high = 1e-2, log = true }\n'
        '"train.epochs" = { low = 2, high = 6, step = 2 }\n'
        "model.dropout = [0.0, 0.25]\n",  # TOML takes apart what has no quotes
    )
    assert found == {
        "train.learning_rate": Range(1e-4, 1e-2, log=True),
        "train.epochs": Range(2, 6, step=2),
        "model.dropout": Choices((0.0, 0.25)),
    }
    assert found["train.epochs"].whole
    assert 4 in found["train.epochs"]
    assert 3 not in found["train.epochs"]
    assert "auto" not in found["train.learning_rate"]
    assert 5e-3 in found["train.learning_rate"]


def test_the_space_is_no_part_of_what_a_run_keeps(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(TOML + '[tune.space]\n"train.epochs" = [1, 2]\n', "utf-8")
    assert "tune" not in dump_config(load_config(Config, path))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["nothing to try", "[tune.space]"]),
        ('"train.epoch" = [1, 2]', ["Unknown key", "'epoch'", "Did you mean 'epochs'?"]),
        ('"trian.epochs" = [1, 2]', ["Unknown section 'trian'", "Did you mean 'train'?"]),
        ('"train.seed" = [1, 2]', ["cannot be compared"]),
        ('"epochs" = [1, 2]', ["Unknown section 'epochs'"]),
        ('"train.epochs" = { low = 5, high = 2 }', ["not below", "5 and 2"]),
        ('"train.epochs" = { low = 0, high = 2 }', ["0", "greater than or equal to 1"]),
        ('"train.epochs" = { low = 1.0, high = 2.5 }', ["1.0", "integer"]),
        ('"train.epochs" = { low = 1 }', ["A range needs 'high'"]),
        ('"train.epochs" = { low = 1, hihg = 2 }', ["'hihg'", "Did you mean 'high'?"]),
        ('"train.epochs" = { low = "1", high = 2 }', ["number for 'low'", "'1'"]),
        ('"model.dropout" = { low = 0.0, high = 0.5, log = true }', ["log = true", "above 0"]),
        ('"model.dropout" = { low = 0.0, high = 0.5, step = 0.0 }', ["'step' is above 0"]),
        ('"train.epochs" = { low = 1, high = 9, step = 0.5 }', ["whole", "0.5"]),
        ('"model.dropout" = [0.0, 0.95]', ["0.95", "less than or equal to 0.9"]),
        ('"model.dropout" = [0.0]', ["two values or more"]),
        ('"model.dropout" = 0.5', ["a list of values or a range", "0.5"]),
        ('"model.kind" = ["line", "lien"]', ["'lien'", "Did you mean 'line'?"]),
        ('"model.kind" = ["line", ["broken"]]', ["['broken']"]),
    ],
)
def test_refused_spaces(tmp_path, text, words):
    with pytest.raises(ConfigError) as caught:
        space(tmp_path, text)
    for word in ["config.toml, [tune.space]", *words]:
        assert word in str(caught.value)


def test_a_wrong_space_does_not_hinder_training(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(TOML + '[tune.space]\n"train.epoch" = 3\n', "utf-8")
    assert load_config(Config, path).train.epochs == 2
