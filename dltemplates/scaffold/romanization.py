"""Hangul in Latin letters.

Each letter of a syllable becomes what the Revised Romanization of Korean writes for it on its own:
no sound changes between syllables, so that the result depends on each syllable alone.
꽃분류 becomes kkotbunryu.
"""

_INITIALS = "g kk n d tt r m b pp s ss - j jj ch k t p h".replace("-", "").split(" ")
_VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split(" ")
_FINALS = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t".replace("-", "").split(" ")

_FIRST, _LAST = 0xAC00, 0xD7A3


def is_hangul(character: str) -> bool:
    """Whether `character` is a composed Hangul syllable."""
    return _FIRST <= ord(character) <= _LAST


def romanize(syllable: str) -> str:
    """Returns a composed Hangul syllable in Latin letters."""
    initial, rest = divmod(ord(syllable) - _FIRST, len(_VOWELS) * len(_FINALS))
    vowel, final = divmod(rest, len(_FINALS))
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]
