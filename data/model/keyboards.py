"""What was meant by a text typed on a keyboard that lacks letters, or is set to another layout."""

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
    """The text in the layouts that its keys have otherwise: ``rjulf`` is ``когда``.

    Where ``w`` is typed it may be the Azerbaijani ``ş``.
    """
    lower = text.lower()
    cyrillic = sum("а" <= letter <= "ё" for letter in lower)
    if 2 * cyrillic > sum(letter.isalpha() for letter in lower):
        return tuple(lower.translate(table) for table in _TO_LATIN)
    hissed = [lower.replace("w", "ş")] if "w" in lower else []
    return (*hissed, lower.translate(_TO_RUSSIAN))
