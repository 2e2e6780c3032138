"""Sentences, plurals, dates, sorting and letter case of one language.

Everything that differs between languages stands in the catalogues, the date patterns, the
alphabet and the client languages included: a new language is a new folder and no code.
"""

import datetime as dt
import io
from collections.abc import Iterable, Mapping
from functools import lru_cache
from gettext import GNUTranslations
from importlib import resources

from babel import Locale
from babel.dates import format_date, get_timezone, get_timezone_location
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

FALLBACK = "en"


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools know
    """Mark a sentence for the catalogues where it is declared; it is said later."""
    return message


class Speaker:
    """Says things in one language.

    What is said is ``Markup``: the catalogues may hold the few tags that Telegram knows, and every
    field put into a sentence is escaped unless it is Markup itself.
    """

    def __init__(self, language: str, catalog: Catalog) -> None:
        # English dates are the British ones: 25 November 2025, not November 25, 2025
        self.language = language
        self._locale = Locale.parse("en_GB" if language == "en" else language)
        mo = io.BytesIO()
        write_mo(mo, catalog)
        mo.seek(0)
        self._texts = GNUTranslations(mo)
        self.name = self.term("this language, in itself", "English")
        self.clients = self.term("Telegram client languages answered in this one", "en").split()
        self.alphabet = self.term("alphabet", "abcdefghijklmnopqrstuvwxyz")
        self._dotted = "ı" in self.alphabet
        self._patterns = {
            "day": self.term("date pattern", "d MMMM"),
            "short day": self.term("date pattern", "d MMM"),
            "date": self.term("date pattern", "d MMMM y"),
            "month": self.term("date pattern", "MMMM y"),
            "weekday": self.term("date pattern", "EEEE"),
            "month name": self.term("date pattern", "LLLL"),
        }
        self._date = lru_cache(4096)(self._format_date)

    def say(self, message: str, /, **fields: object) -> Markup:
        """The sentence with its ``{fields}`` filled in and escaped."""
        # the catalogues are ours, and tests hold their tags to the allowed few
        return Markup(self._texts.gettext(message)).format_map(fields)  # noqa: S704 - see above

    def count(self, one: str, many: str, n: int, /, **fields: object) -> Markup:
        """The sentence in the plural form that ``n`` takes; ``{n}`` is filled in."""
        sentence = Markup(self._texts.ngettext(one, many, n))  # noqa: S704 - as in say()
        return sentence.format_map({"n": n, **fields})

    def term(self, context: str, message: str, /) -> str:
        """A word whose meaning depends on where it stands."""
        return str(self._texts.pgettext(context, message))

    def text(self, text: Mapping[str, str], /) -> str:
        """The content's own words in this language."""
        return text[self.language]

    def day(self, date: dt.date) -> str:
        """``25 November``."""
        return self._date(date, "day")

    def short_day(self, date: dt.date) -> str:
        """``25 Nov``, for where there is little room."""
        return self._date(date, "short day")

    def date(self, date: dt.date) -> str:
        """``25 November 2025``."""
        return self._date(date, "date")

    def weekday(self, date: dt.date) -> str:
        """``Tuesday``, in the letter case that the language uses inside a sentence."""
        return self._date(date, "weekday")

    def month(self, number: int) -> str:
        """``November``, on its own."""
        return self._date(dt.date(2000, number, 1), "month name")

    def partial(self, date: str) -> str:
        """A ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` date as far as it is known."""
        match date.count("-"):
            case 0:
                return date
            case 1:
                return self._date(dt.date.fromisoformat(f"{date}-01"), "month")
        return self.date(dt.date.fromisoformat(date))

    def span(self, first: dt.date, last: dt.date) -> str:
        """``25 November 2025`` or ``26–29 August 2025`` or ``31 May – 1 June 2025``."""
        if first == last:
            return self.date(first)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{self.date(last)}"
        opening = self.day(first) if first.year == last.year else self.date(first)
        return f"{opening} – {self.date(last)}"

    def zone_city(self, zone: str) -> str:
        """``New York`` for ``America/New_York``: the city that names a time zone.

        Raises LookupError for an unknown zone.
        """
        return str(get_timezone_location(get_timezone(zone), self._locale, return_city=True))

    def lower(self, text: str) -> str:
        """Lower case by the language's own rules: Azerbaijani ``I`` becomes ``ı``."""
        return (text.replace("İ", "i").replace("I", "ı") if self._dotted else text).lower()

    def first_upper(self, text: str) -> str:
        """The text with a capital first letter: Azerbaijani ``i`` becomes ``İ``."""
        first = text[:1]
        return ("İ" if self._dotted and first == "i" else first.upper()) + text[1:]

    def in_order(self, words: Iterable[str]) -> list[str]:
        """Sorted by the language's alphabet (Azerbaijani: ə after e, x after h, q after k)."""
        return sorted(words, key=self.sort_key)

    def sort_key(self, word: str) -> tuple[tuple[int, str], ...]:
        """Compares as the words do in the alphabet; foreign letters come last."""
        order = {letter: place for place, letter in enumerate(self.alphabet, start=1)}
        end = len(order) + 1
        return tuple(
            (0 if letter.isspace() else order.get(letter, end), letter)
            for letter in self.lower(word)
        )

    def _format_date(self, date: dt.date, pattern: str) -> str:
        return str(format_date(date, self._patterns[pattern], self._locale))


def load() -> dict[str, Speaker]:
    """A Speaker for every language that has a catalogue, English first, then by code."""
    folders = [each for each in resources.files(__package__).iterdir() if each.is_dir()]
    names = [each.name for each in folders if each.joinpath("LC_MESSAGES").is_dir()]
    ordered = sorted(names, key=lambda name: (name != FALLBACK, name))
    return {name: Speaker(name, read(name)) for name in ordered}


def read(language: str) -> Catalog:
    """The catalogue as it stands in its file."""
    file = resources.files(__package__) / language / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as po:
        return read_po(po, locale=language)


def guess(client: str | None, speakers: Mapping[str, Speaker]) -> str:
    """The language to offer first to a client whose ``language_code`` is ``ru`` or ``tr-TR``."""
    code = (client or "").lower().replace("_", "-").partition("-")[0]
    for language, speaker in speakers.items():
        if code in speaker.clients:
            return language
    return FALLBACK
