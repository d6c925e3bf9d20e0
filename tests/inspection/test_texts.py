import json

import pytest

from dltemplates.errors import DataError
from dltemplates.inspection.inspector import inspect
from tests.inspection.small_data import ENGLISH, JAPANESE, KOREAN, SHARED, write_texts


def chosen(path):
    candidate = inspect(path).need()
    assert candidate.template == "transformer-classifier"
    return candidate.finding, candidate.values()


@pytest.mark.parametrize(
    ("sentences", "language", "script"),
    [(KOREAN, "Korean", "Hangul"), (JAPANESE, "Japanese", "Kana"), (ENGLISH, "English", "Latin")],
)
@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_languages(tmp_path, sentences, language, script, suffix):
    finding, values = chosen(write_texts(tmp_path / f"a.{suffix}", sentences))
    assert finding.languages == [language]
    assert next(iter(finding.scripts)) == script
    assert finding.classes == {"bad": 100, "good": 100}
    assert set(values) == {"source", "path"}


def test_other_columns_and_cp949(tmp_path):
    path = write_texts(
        tmp_path / "a.csv", KOREAN, text="리뷰", label="감정", encoding="cp949", sep=";"
    )
    finding, values = chosen(path)
    assert (values["text_column"], values["label_column"]) == ("리뷰", "감정")
    assert finding.encoding == "cp949"


def test_class_folders(tmp_path):
    for name in ("good", "bad"):
        (tmp_path / name).mkdir()
        for number in range(10):
            (tmp_path / name / f"{number}.txt").write_text(f"A film, {name}, {number}")
    finding, values = chosen(tmp_path)
    assert (finding.layout, finding.classes) == ("class folders", {"bad": 10, "good": 10})
    assert set(values) == {"source", "path"}


def test_tables_of_splits_and_what_they_share(tmp_path):
    write_texts(tmp_path / "train.csv", ENGLISH, 120)
    write_texts(tmp_path / "test.csv", ENGLISH, 40)
    finding, values = chosen(tmp_path)
    assert finding.texts == {"train": 120, "test": 40}
    assert finding.shared_texts == 40
    assert any("two splits" in concern for concern in finding.concerns)
    assert values["path"] == str(tmp_path)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_several_classes_a_text(tmp_path, suffix):
    tags = [["a", "b"], ["c"], ["a", "c"]]
    path = tmp_path / f"a.{suffix}"
    rows = [(f"{ENGLISH[row % 3]}, number {row}", tags[row % 3]) for row in range(90)]
    if suffix == "csv":
        lines = [f'"{text}","{",".join(names)}"\n' for text, names in rows]
        path.write_text("text,tags\n" + "".join(lines))
    else:
        lines = [json.dumps({"text": text, "tags": names}) for text, names in rows]
        path.write_text("\n".join(lines))
    finding, values = chosen(path)
    assert values["labels"] == "multi"
    assert finding.classes == {"a": 60, "b": 30, "c": 60}


def test_names_of_people_are_no_texts(tmp_path):
    lines = [
        f'{row},"Smith, Mr. John {row}",{row % 2},{row % 60},{row * 0.5}\n' for row in range(200)
    ]
    path = tmp_path / "titanic.csv"
    path.write_text("id,name,survived,age,fare\n" + "".join(lines))
    choice = inspect(path)
    assert choice.chosen is None
    assert "survived" in choice.refusal
    assert [other.template for other in choice.others] == [
        "autoencoder-anomaly",
        "transformer-classifier",
    ]


def test_texts_without_classes_are_refused(tmp_path):
    rows = [json.dumps({"text": f"{ENGLISH[row % 3]} {row}"}) for row in range(50)]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    with pytest.raises(DataError, match="no column looks like their classes"):
        inspect(tmp_path / "a.jsonl")


def test_a_time_budget_shortens_training(tmp_path):
    path = write_texts(tmp_path / "a.csv", ENGLISH, 2000)
    assert "epochs" not in inspect(path).need().values()
    assert inspect(path, time_budget=2.0).need().values()["epochs"] == 1


def test_nsmc():
    folder = SHARED / "nsmc"
    if not folder.exists():
        pytest.skip("NSMC is not there")
    finding, values = chosen(folder)
    assert finding.languages == ["Korean"]
    assert finding.texts == {"train": 149_995, "test": 49_997}
    assert (values["text_column"], "label_column" in values) == ("document", False)
