"""What was meant by a text that was typed while the keyboard was set to another layout."""

_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_SHIFTED = '~{}:"<>'
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_AZERBAIJANI = "`qüertyuiopöğasdfghjklıəzxcvbnmçş"

_TO_RUSSIAN = str.maketrans(
    {
        **dict(zip(_AZERBAIJANI, _RUSSIAN, strict=True)),
        **dict(zip(_KEYS, _RUSSIAN, strict=True)),
        **dict(zip(_SHIFTED, "ёхъжэбю", strict=True)),
    }
)
_TO_LATIN = tuple(
    str.maketrans(dict(zip(_RUSSIAN, keys, strict=True))) for keys in (_KEYS, _AZERBAIJANI)
)


def retyped(text: str) -> tuple[str, ...]:
    """The text in the layouts that its keys have otherwise: ``rjulf`` is ``когда``."""
    lower = text.lower()
    cyrillic = sum("а" <= letter <= "ё" for letter in lower)
    if 2 * cyrillic > sum(letter.isalpha() for letter in lower):
        return tuple(lower.translate(table) for table in _TO_LATIN)
    return (lower.translate(_TO_RUSSIAN),)
