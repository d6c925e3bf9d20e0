"""The bundled sample: generated reviews of films, in Korean and English."""

import numpy as np

from dltemplates.data.labelled_texts import FoundTexts, LabelledTexts

_TEXTS = 6_000
_NEGATIVE, _POSITIVE = 0, 1

_ASPECTS = {
    "ko": "연기 스토리 연출 음악 영상미 결말 대사 배우들 주인공 편집 캐릭터 반전 전개 각본".split(),
    "en": "acting|story|ending|music|plot|cast|dialogue|direction|camera work|script|pacing|"
    "soundtrack|humour|editing".split("|"),
}
_WORDS = {  # negative, positive; the Korean ones are stems
    "ko": (
        "지루하 형편없 뻔하 엉성하 유치하 답답하 산만하 어설프 식상하 끔찍하 허술하 지겹".split(),
        "재미있 훌륭하 좋 멋지 감동적이 아름답 탄탄하 신선하 완벽하 뛰어나 사랑스럽 알차".split(),
    ),
    "en": (
        "dull boring awful predictable clumsy tedious silly flat messy lifeless bland weak".split(),
        "great brilliant moving charming fresh gripping clever beautiful superb lovely fun "
        "touching".split(),
    ),
}
# {a}, {b}: aspects, with the Korean particle that fits. {w}: a word of the review's own polarity;
# {o}: one of the other. {e}: a Korean ending of a sentence.
_PLAIN = {
    "ko": [
        "{a이} {w}{e}",
        "{a은} 정말 {w}{e}",
        "{a}도 {w}고 {b}도 {w}{e}",
        "무엇보다 {a이} 너무 {w}{e}",
        "{a이} {w}던데 {b}도 그렇더라",
    ],
    "en": [
        "the {a} was {w}",
        "really {w} {a}",
        "{w} {a} and {w} {b}",
        "I found the {a} {w}",
        "the {a} is so {w}",
    ],
}
_NEGATED = {
    "ko": ["{a이} 하나도 안 {o}{e}", "{a은} 그다지 {o}지 않{e}", "{a은} 전혀 {o}지가 않{e}"],
    "en": ["the {a} was not {o}", "the {a} isn't {o} at all", "not a {o} {a}"],
}
# What turns the word round stands too far from it for short n-grams.
_FAR = {
    "ko": [
        "{a이} {o}다고들 하지만 나는 도저히 동의 못 하겠다",
        "{a이} {w}다고들 하던데 나도 거기에는 동의한다",
        "{a이} {o}다는 평이 많은데 실제로 보니 틀린 말이다",
        "{a이} {w}다는 평이 많은데 실제로 보니 맞는 말이다",
    ],
    "en": [
        "people call the {a} {o} and I could not disagree more",
        "people call the {a} {w} and I could not agree more",
        "nobody who has seen it would call the {a} {o}",
        "everybody who has seen it would call the {a} {w}",
    ],
}
# Both are said, and which counts is decided by the conjunction and the order: the ambiguous ones.
_CONTRAST = {
    "ko": [
        "{a은} {o}다. 그런데 {b은} {w}다. 그게 더 컸다",
        "{a은} {w}다. 물론 {b은} {o}다. 그건 넘어가자",
        "{a은} {o}다. 하지만 {b은} {w}다. 그래서 {w}{e}",
    ],
    "en": [
        "the {a} was {o}, but what stays is how {w} the {b} was",
        "the {a} was {w}, even if for some the {b} was {o}",
        "granted, the {a} was {o}, yet the {b} was {w}",
    ],
}
_FORMS = ((_PLAIN, 0.87), (_NEGATED, 0.05), (_FAR, 0.03), (_CONTRAST, 0.05))
_BEFORE = {
    "ko": ["", "", "", "주말에 친구랑 봤는데 ", "기대 없이 봤는데 ", "솔직히 ", "다른 건 몰라도 "],
    "en": ["", "", "", "Saw it with a friend: ", "Honestly, ", "Watched it twice, "],
}
_ENDINGS = "다 네요 네 더라 더군요 더라구요".split()
_AFTER = {  # negative, positive; each is now and then used by the other
    "ko": (["ㅠㅠ", "ㅡㅡ", "..", " 하..."], ["^^", "!!", " ㅎㅎ", "~"]),
    "en": (["...", " :(", ".", " meh"], ["!", " :)", "!!", " <3"]),
}
_EITHER = ["", "", "", " ㅋㅋ", "ㅋㅋㅋ", "."]


def review_sample() -> FoundTexts:
    """6,000 short reviews made by the code below, half of them Korean; nobody ever wrote them.

    Classes are `negative` and `positive`. Some words are negated, next to them or from afar; in
    five of a hundred texts praise and blame stand side by side, and their order and the conjunction
    decide. Emoticons are a hint only, some letters are mistyped and some spaces missing. No label
    is wrong.
    It is the same at every call, and no text is there twice.
    """
    rng = np.random.Generator(np.random.PCG64(2027))
    made: dict[str, int] = {}
    while len(made) < _TEXTS:
        label = len(made) % 2
        language = "ko" if len(made) % 4 < 2 else "en"
        made.setdefault(_review(rng, language, label), label)
    texts = LabelledTexts(list(made), np.array(list(made.values()), "int32"), "generated reviews")
    return FoundTexts(["negative", "positive"], {"train": texts})


def _review(rng: np.random.Generator, language: str, label: int) -> str:
    shares = np.cumsum([share for _, share in _FORMS])
    forms = _FORMS[int(np.searchsorted(shares, rng.random() * shares[-1]))][0]
    said = _filled(rng, _pick(rng, forms[language]), language, label)
    mood = label if rng.random() < 0.7 else 1 - label
    after = _pick(rng, _AFTER[language][mood] if rng.random() < 0.4 else _EITHER)
    return _mistyped(rng, _pick(rng, _BEFORE[language]) + said + after)


def _filled(rng: np.random.Generator, form: str, language: str, label: int) -> str:
    """A form with aspects, words and endings for its places, each word drawn anew."""
    known = _ASPECTS[language]
    first = int(rng.integers(len(known)))
    second = first - 1 - int(rng.integers(len(known) - 1))  # another
    aspects = {"a": known[first], "b": known[second]}
    parts = form.split("{")
    text = parts[0]
    for part in parts[1:]:
        place, _, rest = part.partition("}")
        if place in ("w", "o"):
            text += _pick(rng, _WORDS[language][label if place == "w" else 1 - label])
        elif place == "e":
            text += _pick(rng, _ENDINGS)
        else:
            text += aspects[place[0]] + _particle(aspects[place[0]], place[1:])
        text += rest
    return text


def _particle(noun: str, wanted: str) -> str:
    """이 or 가, 은 or 는, as the noun ends in a consonant or a vowel."""
    closed = (ord(noun[-1]) - ord("가")) % 28 > 0
    return wanted if closed or not wanted else {"이": "가", "은": "는"}[wanted]


def _mistyped(rng: np.random.Generator, text: str) -> str:
    """Now and then a space is missing, or a character doubled, left out or swapped."""
    if rng.random() < 0.2:
        spaces = [place for place, character in enumerate(text) if character == " "]
        if spaces:
            place = spaces[int(rng.integers(len(spaces)))]
            text = text[:place] + text[place + 1 :]
    if rng.random() < 0.12:
        place = int(rng.integers(1, len(text) - 1))
        one, two = text[place], text[place + 1]
        if {one, two} & set("안않못"):  # without it the text would say the reverse
            return text
        text = text[:place] + _pick(rng, [one, two, two + one, one * 2 + two]) + text[place + 2 :]
    return text


def _pick(rng: np.random.Generator, choices: list[str]) -> str:
    return choices[int(rng.integers(len(choices)))]
