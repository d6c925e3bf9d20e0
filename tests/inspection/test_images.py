import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dltemplates.errors import DataError
from dltemplates.inspection.inspector import inspect
from tests.inspection.small_data import SHARED, write_images


def found(path: Path):
    candidate = inspect(path).need()
    assert candidate.template == "cnn-classifier"
    return candidate.finding, candidate.values()


def test_class_folders_of_the_size_that_the_template_expects(tmp_path):
    finding, values = found(write_images(tmp_path, {"cat": 30, "dog": 40}, size=(32, 32)))
    assert finding.classes == {"cat": 30, "dog": 40}
    assert (finding.one_size, finding.grey, finding.broken) == ((32, 32), 0.0, 0)
    assert values["path"] == str(tmp_path)
    assert set(values) == {"source", "path"}


def test_splits_are_kept_apart(tmp_path):
    for split, count in (("train", 20), ("test", 5)):
        write_images(tmp_path / split, {"a cat": count, "a dog": count})
    finding, _ = found(tmp_path)
    assert finding.images == {"train": 40, "test": 10}
    assert finding.training == 36  # a tenth for validation


def test_a_manifest(tmp_path):
    write_images(tmp_path, {"x": 12})
    lines = [f"x/{number}.png,{('cat', 'dog')[number % 2]}\n" for number in range(12)]
    (tmp_path / "list.csv").write_text("file,label\n" + "".join(lines))
    finding, values = found(tmp_path / "list.csv")
    assert (finding.layout, finding.classes) == ("manifest", {"cat": 6, "dog": 6})
    assert values["path"].endswith("list.csv")


def test_grey_digits_are_not_mirrored(tmp_path):
    folder = write_images(tmp_path, {str(digit): 3 for digit in range(10)}, grey=True)
    finding, values = found(folder)
    assert finding.grey == 1.0
    assert (values["color"], values["mirror"]) == ("grayscale", "no")


def test_short_names_in_korean_are_no_letters(tmp_path):
    _, values = found(write_images(tmp_path, {"개": 3, "말": 3}))
    assert "mirror" not in values


def test_left_and_right_are_not_mirrored(tmp_path):
    _, values = found(write_images(tmp_path, {"hand_left": 3, "hand_right": 3}))
    assert values["mirror"] == "no"


def test_long_images_are_padded(tmp_path):
    _, values = found(write_images(tmp_path, {"cat": 5, "dog": 5}, size=(100, 40)))
    assert values["fit"] == "pad"


def test_large_photos_get_a_larger_size_as_far_as_there_is_time(tmp_path):
    folder = write_images(tmp_path, {"cat": 30, "dog": 30}, size=(210, 200))
    assert inspect(folder).need().values()["image_size"] == 128
    hurried = inspect(folder, time_budget=1.5).need().values()
    assert 32 < hurried["image_size"] < 128
    assert "image_size" not in inspect(folder, time_budget=0.1).need().values()


def test_a_time_budget(tmp_path):
    folder = write_images(tmp_path, {"cat": 200, "dog": 200}, size=(32, 32))
    short = inspect(folder, time_budget=1.0).need().values()
    assert (short["width"], short["epochs"]) == (32, 4)
    assert "epochs" not in inspect(folder, time_budget=3600.0).need().values()


def test_rare_classes_count_for_more(tmp_path):
    write_images(tmp_path / "train", {"cat": 50, "dog": 5})
    write_images(tmp_path / "test", {"cat": 20, "dog": 20}, seed=1)
    finding, values = found(tmp_path)
    assert (finding.rarest, finding.commonest) == (("dog", 5), ("cat", 50))
    assert values["class_balance"] == "weights"


def test_a_photo_that_exif_turns_counts_as_it_is_shown(tmp_path):
    write_images(tmp_path, {"cat": 5, "dog": 5}, size=(60, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    for name in ("cat", "dog"):
        Image.new("RGB", (40, 60)).save(tmp_path / name / "turned.jpg", exif=exif)
    finding, _ = found(tmp_path)
    assert finding.one_size == (60, 40)


def test_what_is_broken_copied_or_unequal_is_told(tmp_path):
    write_images(tmp_path / "train", {"cat": 60, "dog": 10})
    write_images(tmp_path / "test", {"cat": 5, "dog": 5}, seed=1)
    content = (tmp_path / "train/cat/0.png").read_bytes()
    (tmp_path / "train/cat/copy.png").write_bytes(content)
    (tmp_path / "train/dog/copy.png").write_bytes(content)
    (tmp_path / "test/cat/copy.png").write_bytes(content)
    (tmp_path / "train/cat/cut.png").write_bytes(content[: len(content) // 2])
    (tmp_path / "train/cat/none.jpg").write_bytes(b"no image")
    (tmp_path / "train/cat/notes.txt").write_text("x")
    finding, _ = found(tmp_path)
    assert (finding.broken, finding.duplicate_images) == (2, 3)
    told = " ".join(finding.concerns)
    for words in ("cannot be read", "copies of others", "two splits", "two classes", "unequal"):
        assert words in told, words
    assert "notes.txt" in told


@pytest.mark.parametrize("layout", ["one class", "empty class", "no folders"])
def test_layouts_that_training_refuses(tmp_path, layout):
    if layout == "no folders":
        Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    else:
        write_images(tmp_path, {"cat": 3})
        if layout == "empty class":
            (tmp_path / "dog").mkdir()
    with pytest.raises(DataError, match="class"):
        inspect(tmp_path)


def test_names_in_korean_and_in_cp949(tmp_path):
    write_images(tmp_path, {"고양이": 3, "개": 3})
    picture = (tmp_path / "개/0.png").read_bytes()
    name = os.fsencode(tmp_path / "개") + "/사진.png".encode("cp949")
    with open(name, "wb") as file:
        file.write(picture + b"\0")
    finding, _ = found(tmp_path)
    assert finding.classes == {"개": 4, "고양이": 3}


def test_a_loop_of_links_ends(tmp_path):
    write_images(tmp_path, {"cat": 3, "dog": 3})
    (tmp_path / "cat/again").symlink_to(tmp_path)
    finding, _ = found(tmp_path)
    assert finding.classes == {"cat": 3, "dog": 3}


def test_duplicates_among_too_many_to_read_are_estimated(tmp_path, monkeypatch):
    from dltemplates.inspection import image_sample

    rng = np.random.default_rng(0)
    files = []
    for number in range(400):
        path = tmp_path / f"{number}"
        path.write_bytes(bytes(10 + number // 2))  # every file has one copy
        files.append(str(path))
    rng.shuffle(files)
    monkeypatch.setattr(image_sample, "_HEADERS", 10)
    groups, looked = image_sample.duplicates(files)
    assert looked < 1
    assert sum(len(group) - 1 for group in groups.values()) / looked == pytest.approx(200, rel=0.5)


def test_cifar_is_what_the_template_was_made_for(tmp_path):
    import tarfile

    archive = SHARED / "images/cifar10.tar.gz"
    if not archive.exists():
        pytest.skip("the CIFAR-10 archive is not there")
    with tarfile.open(archive) as tar:
        for _ in range(600):
            member = tar.next()
            if member.isfile():
                tar.extract(member, tmp_path, filter="data")
    folder = next(place for place in tmp_path.rglob("*") if place.name in ("train", "test"))
    names = [place for place in folder.iterdir() if any(place.iterdir())]
    if len(names) < 2:
        (folder / "other").mkdir()
        Image.new("RGB", (32, 32)).save(folder / "other/a.png")
    _, values = found(folder)
    assert not {"image_size", "color", "fit", "mirror"} & set(values)
