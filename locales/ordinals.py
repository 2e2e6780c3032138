"""Numbers that say which one it is, as they are written in figures."""

_AZERBAIJANI = {1: "ci", 2: "ci", 3: "cü", 4: "cü", 5: "ci", 6: "cı", 7: "ci", 8: "ci", 9: "cu"}
_TENS = {1: "cu", 2: "ci", 3: "cu", 4: "cı", 5: "ci", 6: "cı", 7: "ci", 8: "ci", 9: "cı"}
_ENGLISH = {1: "st", 2: "nd", 3: "rd"}


def ordinal(n: int, language: str) -> str:
    """``5th``, ``5-ci``, ``5-я``: of an anniversary, so feminine in Russian."""
    if language == "ru":
        return f"{n}-я"
    if language == "en":
        teens = 10 < n % 100 < 20
        return f"{n}{'th' if teens else _ENGLISH.get(n % 10, 'th')}"
    ending = _AZERBAIJANI.get(n % 10) or _TENS.get(n // 10 % 10, "cü")  # the vowel is the word's
    return f"{n}-{ending}"
