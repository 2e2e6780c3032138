"""Days, months and years that a text names, in any of the languages."""

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.model.letters import fold
from data.model.words import Vocabulary

_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})(?:[./-](\d{4}|\d\d))?(?!\d)")
_RANGE = re.compile(r"(?<!\d)\d{1,2} ?[-–—] ?\d{1,2} [a-z]")
"""“15–18 October” is no day."""
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
MONTHS = 12
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORT = frozenset({"iun", "iul", "mai"})
"""Whole names of months in three letters; the others are abbreviations and take no endings."""
_ALSO_WORDS = frozenset({"can", "fev", "mai", "mar", "marc", "nov"})
_BEFORE_MONTH = frozenset({"in", "of", "v", "this", "next", "last"})
"""“now”, “few”, “may I” and “the march” look like months when they are folded; “in May” is one."""
_TOKEN = re.compile(r"\d+|[a-z]+")


@dataclass(frozen=True)
class Said:
    """As much of a date as was said: a day of a month, a month, a year, or a day of one year."""

    day: int | None = None
    month: int | None = None
    year: int | None = None

    def date(self, year: int) -> dt.date | None:
        """The day in its own year or else in that one; None where only more was said."""
        if self.day is None or self.month is None:
            return None
        year = self.year or year
        if self.day > calendar.monthrange(year, self.month)[1]:
            return None
        return dt.date(year, self.month, self.day)


NOTHING = Said()


def read(text: str, vocabulary: Vocabulary, today: dt.date) -> Said:
    """The first date that the text names; NOTHING where it names none."""
    folded = fold(text)
    said = _in_figures(folded)
    if said is None:
        words = _TOKEN.findall(folded)
        said = _in_words(words, vocabulary) or _relative(words, vocabulary, today)
    if said and said.month and _RANGE.search(folded):
        return replace(said, day=None)
    return said or NOTHING


def _in_figures(folded: str) -> Said | None:
    if found := _ISO.search(folded):
        return _real(int(found[3]), int(found[2]), int(found[1]))
    found = _NUMERIC.search(folded)
    if found and (found[2] != "-" or found[4] or int(found[1]) > MONTHS >= int(found[3])):
        return _real(int(found[1]), int(found[3]), _century(found[4]) if found[4] else None)
    return None


def _in_words(words: list[str], vocabulary: Vocabulary) -> Said | None:
    years = [int(word) for word in words if _YEAR.fullmatch(word)]
    year = years[0] if years else _short_year(words, vocabulary)
    for at, word in enumerate(words):
        month = month_of(word, vocabulary)
        if month is None:
            continue
        # “25 November”, “25th of November”; “noyabrın 25-i”, “November 25”
        for near in (at - 1, at - 2, at - 3, at + 1, at + 2):
            day = _day(words, near, vocabulary)
            if 1 <= day <= 31:
                return _real(day, month, year)
        if word not in _ALSO_WORDS or len(words) <= 1 or (at and words[at - 1] in _BEFORE_MONTH):
            return Said(None, month, year)
    return Said(None, None, year) if year else None


def _short_year(words: list[str], vocabulary: Vocabulary) -> int | None:
    """“in 93”, “в 24 году”: one of this century needs a word that says that it is a year."""
    for at, word in enumerate(words):
        if len(word) == 2 and word.isdigit() and not _beside_month(words, at, vocabulary):
            named = vocabulary.years.intersection(words[at + 1 : at + 3])
            if "88" <= word <= "99" or (named and "20" <= word <= "30"):
                return _century(word)
    return None


def _beside_month(words: list[str], at: int, vocabulary: Vocabulary) -> bool:
    near = [*words[max(0, at - 1) : at], *words[at + 1 : at + 2]]
    return int(words[at]) <= 31 and any(month_of(word, vocabulary) for word in near)


def _century(figures: str) -> int:
    """“93” and “1993”, “24” and “2024”."""
    year = int(figures)
    return year if year > 99 else year + (1900 if year > 40 else 2000)


def _day(words: Sequence[str], at: int, vocabulary: Vocabulary) -> int:
    """The figure or numeral there, “twenty” and “five” around it added; 0 where there is none."""
    if not 0 <= at < len(words):
        return 0
    if words[at].isdigit():
        return int(words[at])
    number = vocabulary.numbers.get(words[at], 0)
    if 0 < number < 10 and at:
        tens = vocabulary.numbers.get(words[at - 1], 0)
        teen = vocabulary.teens.get((words[at - 1], words[at]))
        return teen or number + (tens if tens in (20, 30) else 0)
    if number in (20, 30) and at + 1 < len(words):
        units = vocabulary.numbers.get(words[at + 1], 0)
        return number + (units if units < 10 else 0)
    return number


def month_of(word: str, vocabulary: Vocabulary) -> int | None:
    """The number of the month that a folded word names, whatever its ending."""
    if word in vocabulary.months:
        return vocabulary.months[word]
    for end in range(len(word) - 1, 2, -1):
        known = word[:end] in vocabulary.months and (end > 3 or word[:end] in _SHORT)
        if known and word[end:] in vocabulary.endings:
            return vocabulary.months[word[:end]]
    return None


def _relative(words: list[str], vocabulary: Vocabulary, today: dt.date) -> Said | None:
    for at in range(len(words)):
        for length in (3, 2, 1):
            days = vocabulary.relative.get(" ".join(words[at : at + length]))
            if days is not None:
                day = today + dt.timedelta(days=days)
                return Said(day.day, day.month, day.year)
    return None


def weekday(words: Sequence[str], vocabulary: Vocabulary, today: dt.date) -> Said:
    """The next day of the name that the words have, today included; NOTHING without one."""
    for at in range(len(words)):
        for length in (2, 1):
            named = vocabulary.weekdays.get(" ".join(words[at : at + length]))
            if named is not None:
                day = today + dt.timedelta(days=(named - today.weekday()) % 7)
                return Said(day.day, day.month, day.year)
    return NOTHING


def years_ago(words: Sequence[str], vocabulary: Vocabulary, today: dt.date) -> Said:
    """“2 years ago”; NOTHING where it is not said."""
    for at in range(len(words)):
        years = _day(words, at, vocabulary)
        after = tuple(words[at + 1 :])
        if 0 < years < today.year and any(after[: len(ago)] == ago for ago in vocabulary.ago):
            return Said(None, None, today.year - years)
    return NOTHING


def _real(day: int, month: int, year: int | None) -> Said | None:
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year or 2000, month)[1]:
        return None
    return Said(day, month, year)
