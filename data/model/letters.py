"""One spelling for all ways to type a word: letters folded, both scripts, in plain ASCII.

The folded form is for comparing only. Azerbaijani typed in Cyrillic and Russian read the same
letters differently (г, х), so a text with a letter that only Azerbaijani has is read as such.
"""

import re
import unicodedata

_AZ_CYRILLIC = dict(
    zip(
        "абвгғдеәжзиыјкҝлмноөпрстуүфхһчҹшэйцщюяьъё",
        "a b v g g d e e j z i i i k g l m n o o p r s t u u f x h c c s e i ts s iu ia . . io".split(),  # noqa: E501, SIM905 - a table
        strict=True,
    )
)
_RUSSIAN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e j z i i k l m n o p r s t u f x ts c s s . i . e iu ia".split(),  # noqa: SIM905 - a table
        strict=True,
    )
)
_ONLY_AZERBAIJANI = frozenset("ғәҝөүһҹј")
_LATIN = str.maketrans("əığşçöüñáâéîûþđøæœß", "eigscounaaeiupdoaos")
_CYRILLIC = {
    "az": str.maketrans({a: b.replace(".", "") for a, b in _AZ_CYRILLIC.items()}),
    "ru": str.maketrans({a: b.replace(".", "") for a, b in _RUSSIAN.items()}),
}
# what one hears as one letter, whichever way it is written
_SOUNDS = {
    "shch": "s", "sch": "s", "dzh": "c", "tch": "c", "sh": "s", "ch": "c", "gh": "g", "kh": "h",
    "zh": "c", "dj": "c", "ts": "s", "ph": "f", "x": "h", "j": "c", "q": "g", "w": "v", "y": "i",
    "ck": "k",
}  # fmt: skip
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_DOUBLED = re.compile(r"([a-z])\1+(?<!\boff)")
"""“off” is not “of”."""
_APOSTROPHES = re.compile(r"['’ʼ`´‘\u0301]")
_TOKEN = re.compile(r"\d+|[a-z]+")


def plain(text: str) -> str:
    """Lower case without marks, both scripts in Latin: ``Кәлбәҹәр`` and ``Kəlbəcər`` are one."""
    text = _APOSTROPHES.sub("", text.replace("İ", "i").replace("I", "i").lower())
    script = "az" if _ONLY_AZERBAIJANI & set(text) else "ru"
    text = text.translate(_CYRILLIC[script]).translate(_LATIN)
    if text.isascii():
        return text
    marked = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in marked if not unicodedata.combining(letter))
    return bare.translate(_CYRILLIC[script]).translate(_LATIN)


def fold(text: str) -> str:
    """``plain`` with one letter a sound: ``Kelbejar``, ``sheher`` and ``şəhər`` meet."""
    return _DOUBLED.sub(r"\1", _SOUND.sub(lambda found: _SOUNDS[found[0]], plain(text)))


def tokens(text: str) -> tuple[str, ...]:
    """The words and numbers of a text, folded."""
    return tuple(_TOKEN.findall(fold(text)))
