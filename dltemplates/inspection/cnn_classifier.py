"""What images speak for in the settings of `cnn-classifier`.

Figures are those of benchmarks/RESULTS.md: 1,095 images/s in training at 32 pixels on two CPU
cores, at 12 epochs; and of several lengths of training, the accuracies that came of them.
"""

import math
import re
from collections.abc import Iterable

from dltemplates.inspection.candidate import Candidate, Recommendation, source
from dltemplates.inspection.image_folder import ImageFinding
from dltemplates.inspection.words import minutes, minutes_in_korean

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
    reason = f"{size}: half of your images are {middle} pixels or more on their shorter side"
    korean = f"{size}: 이미지 절반의 짧은 쪽이 {middle}픽셀 이상"
    if found.one_size:
        reason = f"{size}: all images are {middle} pixels or more"
        korean = f"{size}: 모든 이미지가 {middle}픽셀 이상"
    if size != _LARGER[-1] and size * 1.4 <= middle:
        reason += "; more would take longer than there is time for"
        korean += ". 더 크게 하기에는 시간이 모자람"
    return [Recommendation("image_size", size, reason, korean)]


def _color(found: ImageFinding) -> list[Recommendation]:
    if found.decoded < 10 or found.grey < 1.0:
        return []
    reason = f"grayscale: none of {found.decoded:,} images looked at has any colour"
    korean = f"grayscale: 살펴본 이미지 {found.decoded:,}장에 색이 없음"
    return [Recommendation("color", "grayscale", reason, korean)]


def _fit(found: ImageFinding) -> list[Recommendation]:
    if found.aspect[1] < _CUT_AWAY:
        return []
    reason = (
        f"pad: half of your images are {found.aspect[1]:.1f} times as long as wide or more, and "
        "their middle square is less than half of them"
    )
    korean = (
        f"pad: 이미지 절반은 한쪽이 다른 쪽의 {found.aspect[1]:.1f}배 이상이어서, "
        "가운데만 자르면 절반도 남지 않음"
    )
    return [Recommendation("fit", "pad", reason, korean)]


def _mirror(classes: Iterable[str]) -> list[Recommendation]:
    names = {name.casefold() for name in classes}
    signs = sum(bool(_SIGN.fullmatch(name)) for name in names)
    if signs >= 0.9 * len(names):
        reason = "no: classes are called like digits or letters, which mirrored are others"
        korean = "no: 클래스 이름이 숫자나 글자이고, 뒤집으면 다른 것이 됨"
    elif any(_has_sides(names, sides) for sides in _SIDES):
        reason = "no: classes are called by their side, left or right, which a mirror changes"
        korean = "no: 클래스 이름에 왼쪽과 오른쪽이 있고, 뒤집으면 서로 바뀜"
    else:
        return []
    return [Recommendation("mirror", "no", reason, korean)]


def _balance(found: ImageFinding) -> list[Recommendation]:
    (rare, fewest), (common, most) = found.rarest, found.commonest
    if most < _UNEQUAL * fewest:
        return []
    reason = (
        f"weights: {common!r} has {most / max(fewest, 1):.0f} times as many images as {rare!r}, "
        "which would hardly ever be answered"
    )
    korean = (
        f"weights: 이미지 수가 {common!r}: {most:,}, {rare!r}: {fewest:,}. "
        "그대로 두면 드문 클래스로는 거의 답하지 않음"
    )
    return [Recommendation("class_balance", "weights", reason, korean)]


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
    seen = f"훈련 이미지 {images:,}장을 한 번 보는 데 CPU 코어 두 개로 약 {minutes_in_korean(one)}"
    if epochs >= _LONG and images >= _MANY:
        reason = f"{_LONG}: {told}, and so many are worth it"
        korean = f"{_LONG}: {seen}. 이만큼 많으면 더 훈련할 만함"
        return [Recommendation("epochs", _LONG, reason, korean)]
    if epochs >= _EPOCHS:
        return []
    epochs = max(1, math.floor(time_budget / one * _NARROW_SPEED))
    width = f"{_NARROW}: in little time, more passes of a narrower network reached more"
    narrow = f"{_NARROW}: 시간이 적을 때는 좁은 신경망을 더 많이 반복하는 쪽이 더 나았음"
    reason = f"{epochs}: {told}; there are {minutes(time_budget)}"
    korean = f"{epochs}: {seen}. 주어진 시간은 {minutes_in_korean(time_budget)}"
    return [
        Recommendation("width", _NARROW, width, narrow),
        Recommendation("epochs", epochs, reason, korean),
    ]


def _pass(images: int, size: int) -> float:
    """Seconds that training takes to see all images once."""
    return images * (size / _SIZE) ** 2 / _SPEED
