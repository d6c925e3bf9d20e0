"""What images speak for in the settings of `cnn-classifier`.

Figures are those of benchmarks/RESULTS.md: 1,095 images/s in training at 32 pixels on two CPU
cores, at 12 epochs; and of several lengths of training, the accuracies that came of them.
"""

import math
import re
from collections.abc import Iterable

from dltemplates.inspection.candidate import Candidate, Recommendation, source
from dltemplates.inspection.image_folder import ImageFinding
from dltemplates.inspection.words import minutes

TEMPLATE = "cnn-classifier"

_SIZE, _EPOCHS, _WIDTH = 32, 12, 64  # the template's defaults
_LARGER = (48, 64, 96, 128)
_LONG, _MANY = 24, 20_000  # epochs that reached more on CIFAR-10, and images to need them
_SPEED = 1_095  # images of 32 by 32 pixels a second
_USUAL_SECONDS = 500  # what the defaults take on CIFAR-10
_NARROW, _NARROW_SPEED = 32, 4 / 3
_UNEQUAL = 10.0  # times as many images in the largest class as in the smallest
_CUT_AWAY = 2.0  # a longer side over the shorter one, of which a crop leaves half
_SIGN = re.compile("[0-9a-z]|[ㄱ-ㅣ]")
_SIDES = ({"left", "right"}, {"왼쪽", "오른쪽"}, {"좌", "우"}, {"l", "r"})


def recommend(found: ImageFinding, time_budget: float | None = None) -> Candidate:
    """The settings for these images.

    Args:
        found: The images.
        time_budget: Seconds that training may take on two CPU cores; None: about what the
            defaults take on CIFAR-10.
    """
    size = _image_size(found, time_budget or _USUAL_SECONDS)
    settings = [
        *source(found),
        *_size(found, size),
        *_color(found),
        *_fit(found),
        *_mirror(found.classes),
        *_balance(found),
        *_length(found.training, size, time_budget),
    ]
    return Candidate(TEMPLATE, "Images with a class each.", found, tuple(settings))


def _image_size(found: ImageFinding, seconds: float) -> int:
    """The largest usual size that most images have, and for which there is time."""
    middle = found.short_side[1]
    fits = [size for size in _LARGER if size <= middle * 1.05]
    for size in reversed(fits):
        if _EPOCHS * _pass(found.training, size) <= seconds:
            return size
    return _SIZE


def _size(found: ImageFinding, size: int) -> list[Recommendation]:
    if size == _SIZE:
        return []
    middle = found.short_side[1]
    held = (
        f"all images are {middle} pixels or more"
        if found.one_size
        else (f"half of your images are {middle} pixels or more on their shorter side")
    )
    larger = (
        ""
        if size == _LARGER[-1] or size * 1.4 > middle
        else ("; more would take longer than there is time for")
    )
    return [Recommendation("image_size", size, f"{size}: {held}{larger}")]


def _color(found: ImageFinding) -> list[Recommendation]:
    if found.decoded < 10 or found.grey < 1.0:
        return []
    reason = f"grayscale: none of {found.decoded:,} images looked at has any colour"
    return [Recommendation("color", "grayscale", reason)]


def _fit(found: ImageFinding) -> list[Recommendation]:
    if found.aspect[1] < _CUT_AWAY:
        return []
    reason = (
        f"pad: half of your images are {found.aspect[1]:.1f} times as long as wide or more, and "
        "their middle square is less than half of them"
    )
    return [Recommendation("fit", "pad", reason)]


def _mirror(classes: Iterable[str]) -> list[Recommendation]:
    names = {name.casefold() for name in classes}
    signs = sum(bool(_SIGN.fullmatch(name)) for name in names)
    if signs >= 0.9 * len(names):
        reason = "no: classes are called like digits or letters, which mirrored are others"
    elif any(_has_sides(names, sides) for sides in _SIDES):
        reason = "no: classes are called by their side, left or right, which a mirror changes"
    else:
        return []
    return [Recommendation("mirror", "no", reason)]


def _balance(found: ImageFinding) -> list[Recommendation]:
    (rare, fewest), (common, most) = found.rarest, found.commonest
    if most < _UNEQUAL * fewest:
        return []
    reason = (
        f"weights: {common!r} has {most / max(fewest, 1):.0f} times as many images as {rare!r}, "
        "which would hardly ever be answered"
    )
    return [Recommendation("class_balance", "weights", reason)]


def _has_sides(names: set[str], sides: set[str]) -> bool:
    """Whether two classes are called alike but for the side."""
    one, other = sorted(sides)
    apart = [name.replace("-", "_").replace(" ", "_").split("_") for name in names]
    known = {tuple(words) for words in apart}
    return any(
        one in words and tuple(other if word == one else word for word in words) in known
        for words in apart
    )


def _length(images: int, size: int, time_budget: float | None) -> list[Recommendation]:
    """Epochs that a time budget allows, and the width where it does not allow the usual ones."""
    if time_budget is None:
        return []
    one = _pass(images, size)
    epochs = math.floor(time_budget / one)
    told = f"{images:,} training images are seen once in about {minutes(one)} on two CPU cores"
    if epochs >= _LONG and images >= _MANY:
        reason = f"{_LONG}: {told}, and so many are worth it"
        return [Recommendation("epochs", _LONG, reason)]
    if epochs >= _EPOCHS:
        return []
    epochs = max(1, math.floor(time_budget / one * _NARROW_SPEED))
    width = f"{_NARROW}: in little time, more passes of a narrower network reached more"
    return [
        Recommendation("width", _NARROW, width),
        Recommendation("epochs", epochs, f"{epochs}: {told}; there are {minutes(time_budget)}"),
    ]


def _pass(images: int, size: int) -> float:
    """Seconds that training takes to see all images once."""
    return images * (size / _SIZE) ** 2 / _SPEED
