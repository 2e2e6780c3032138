"""What a button carries: ``1.p.kalbajar-city-day.2025``, at most 64 bytes, readable in a log.

The leading number is the version of the menus: a button of an older one, like anything else that
does not decode, is answered with a fresh menu.
"""

import re
from dataclasses import dataclass

VERSION = "1"
LIMIT = 64
"""Bytes of ``callback_data`` that Telegram carries."""
DIGITS = 16
"""Of Telegram's longest numbers; no database holds what is much longer."""

_FORM = re.compile(rf"{VERSION}(?:\.[A-Za-z0-9_-]+)+")


@dataclass(frozen=True)
class Press:
    """A pressed button: the route that it names and its arguments."""

    name: str
    args: tuple[str, ...] = ()


def encode(name: str, *args: object) -> str:
    """The data of a button. Raises ValueError when Telegram would not carry it."""
    data = ".".join([VERSION, name, *(str(arg) for arg in args)])
    if not _FORM.fullmatch(data) or len(data) > LIMIT:
        raise ValueError(f"no button can carry {data!r}")
    return data


def decode(data: str) -> Press | None:
    """What was pressed, or None for a menu that is too old or data that was never ours."""
    if not _FORM.fullmatch(data) or len(data) > LIMIT:
        return None
    _, name, *args = data.split(".")
    return Press(name, tuple(args))


def number_in(args: tuple[str, ...], at: int = 0) -> int:
    """The argument there; 0 where it is none that a number of ours could be."""
    given = args[at] if len(args) > at else ""
    return int(given) if given.isdigit() and len(given) <= DIGITS else 0
