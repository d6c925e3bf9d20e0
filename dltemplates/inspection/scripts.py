"""Which scripts texts are written in, and the languages that follow from them."""

import re
from collections import Counter
from collections.abc import Iterable

_SCRIPTS = {
    "Hangul": re.compile("[가-힣ㄱ-ㆎ\u1100-\u11ff]"),
    "Latin": re.compile("[A-Za-zÀ-ɏ]"),
    "Kana": re.compile("[ぁ-ヿㇰ-ㇿｦ-ﾟ]"),
    "Han": re.compile("[一-鿿㐀-䶿]"),
    "Cyrillic": re.compile("[Ѐ-ӿ]"),
    "Arabic": re.compile("[\u0600-\u06ff]"),
    "Greek": re.compile("[Ͱ-Ͽ]"),
    "Thai": re.compile("[\u0e00-\u0e7f]"),
    "Devanagari": re.compile("[\u0900-\u097f]"),
    "Hebrew": re.compile("[\u0590-\u05ff]"),
}
_LEAST = 0.02  # of all letters
# The commonest short words; of the languages in Latin letters that they tell apart.
_WORDS = {
    "English": "the and of to is in it that was for",
    "German": "der die und das ist nicht ein ich mit zu",
    "French": "le la les et est des une je pas que",
    "Spanish": "el la los y es que en un por con",
    "Portuguese": "o a os e é que em um não para",
    "Italian": "il la di e che è un per non sono",
    "Dutch": "de het een en is van niet dat ik op",
}


def scripts_of(texts: Iterable[str]) -> dict[str, float]:
    """The share of all letters that each script has, the largest first; tiny ones left out."""
    counts: Counter[str] = Counter()
    for text in texts:
        for name, letters in _SCRIPTS.items():
            counts[name] += len(letters.findall(text))
    total = sum(counts.values())
    shares = {name: count / total for name, count in counts.most_common() if count}
    return {name: round(share, 3) for name, share in shares.items() if share >= _LEAST}


def languages_of(texts: Iterable[str], scripts: dict[str, float]) -> list[str]:
    """Languages that the scripts speak for, and among Latin letters common words."""
    texts = list(texts)
    found = []
    if "Hangul" in scripts:
        found.append("Korean")
    if scripts.get("Kana", 0) > 0.1:
        found.append("Japanese")
    elif "Han" in scripts and "Hangul" not in scripts:
        found.append("Chinese")
    if scripts.get("Latin", 0) > 0.2:
        found.append(_latin(texts))
    others = {"Cyrillic": "Russian or its kin", "Arabic": "Arabic or Persian", "Greek": "Greek",
              "Thai": "Thai", "Devanagari": "Hindi or its kin", "Hebrew": "Hebrew"}  # fmt: skip
    found += [language for script, language in others.items() if script in scripts]
    return [language for language in found if language]


def _latin(texts: list[str]) -> str:
    words = Counter(word for text in texts for word in re.findall(r"\w+", text.lower()))
    total = sum(words.values())
    counts = {
        language: sum(words[word] for word in known.split()) for language, known in _WORDS.items()
    }
    best = max(counts, key=counts.__getitem__)
    return best if total and counts[best] >= 0.03 * total else "a language in Latin letters"
