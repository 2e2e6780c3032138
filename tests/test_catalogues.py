"""The catalogues are whole, and true to the code."""

import ast
import re
import shlex
import string
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

import locales
from handlers import menus
from handlers.features import GROUP_OFFERS, OFFERS
from handlers.features import ROUTES as TABLE
from handlers.publishers import TRANSLATED
from locales import Speaker
from locales.speaker import read

ROOT = Path(__file__).parents[1]
LANGUAGES = ("az", "en", "ru")
SPEAKERS = locales.load()

Key = tuple[str | None, str, str | None]
"""Context, sentence, and its plural: what a sentence is looked up by."""

# what Telegram's HTML knows; anything else would be refused or shown as it stands
TAGS = {"b", "i", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"}
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)[^<>]*>")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+);")


def keywords() -> Mapping[str, Any]:
    """Those of `make texts`, read from the Makefile, so that the two cannot part."""
    words = shlex.split((ROOT / "Makefile").read_text("utf-8").replace("\\\n", " "))
    given = [word.removeprefix("--keyword=") for word in words if word.startswith("--keyword=")]
    assert {word.partition(":")[0] for word in given} == {"say", "N_", "count", "term"}
    parse: Any = parse_keywords  # Babel gives it no types
    return {**DEFAULT_KEYWORDS, **parse(given)}


def extracted(folder: str) -> set[Key]:
    found: set[Key] = set()
    for _, _, message, _, context in extract_from_dir(
        ROOT / folder, method_map=[("**.py", "python")], keywords=keywords()
    ):
        one, many = (message[0], message[1]) if isinstance(message, tuple) else (message, None)
        found.add((context, one, many))
    return found


def keys(catalog: Catalog) -> set[Key]:
    return {
        (context, said[0], said[1] if said[1:] else None) for context, said, _ in texts(catalog)
    }


def texts(catalog: Catalog) -> Iterator[tuple[str | None, list[str], list[str]]]:
    """Context, the sentences of the code, and their translations: one, or every plural form."""
    for each in catalog:
        if each.id:
            said = [each.id] if isinstance(each.id, str) else list(each.id)
            told = [each.string] if isinstance(each.string, str) else list(each.string or ())
            yield each.context, said, told


@pytest.fixture(params=LANGUAGES)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return read(request.param)


def language_of(catalog: Catalog) -> str:
    assert catalog.locale is not None
    return str(catalog.locale)


# -- whole


def test_the_template_is_what_the_code_says() -> None:
    said = extracted("handlers") | extracted("locales")
    with (ROOT / "locales" / "messages.pot").open("rb") as pot:
        template = keys(read_po(pot))
    assert said - template == set(), "make texts"
    assert template - said == set(), "make texts"


def literals(folder: str) -> set[str]:
    """The first sentence of each call that speaks, read as Python reads it."""
    calls = (
        node
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
    )
    found = set()
    for call in calls:
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        said = call.args[name == "term" :][:1] if name in {"say", "N_", "count", "term"} else []
        found |= {each.value for each in said if isinstance(each, ast.Constant)}
    return {each for each in found if isinstance(each, str)}


def test_the_extraction_overlooks_nothing() -> None:
    """Babel takes a variable that is called like a keyword for a call, and loses the next one."""
    assert literals("handlers") - {said for _, said, _ in extracted("handlers")} == set()


def test_what_speaks_to_people_stands_where_it_is_extracted_from() -> None:
    assert extracted("bot") | extracted("data") == set()


def test_every_language_has_a_catalogue() -> None:
    assert tuple(SPEAKERS) == ("en", "az", "ru")


def test_nothing_is_missing_fuzzy_or_obsolete(catalog: Catalog) -> None:
    said = extracted("handlers") | extracted("locales")
    assert said - keys(catalog) == set(), "missing: make texts, then translate"
    assert keys(catalog) - said == set(), "no longer said"
    assert list(catalog.obsolete) == []
    assert [each.id for each in catalog if each.fuzzy and each.id] == []
    empty = [said for _, said, told in texts(catalog) if not all(map(str.strip, told))]
    assert empty == []


def test_plurals_have_as_many_forms_as_the_language(catalog: Catalog) -> None:
    right = get_plural(language_of(catalog))
    assert (catalog.num_plurals, catalog.plural_expr) == (right.num_plurals, right.plural_expr)
    wrong = [s for _, s, told in texts(catalog) if len(s) > 1 and len(told) != right.num_plurals]
    assert wrong == []


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_nothing_is_left_in_english(language: str) -> None:
    catalog = read(language)
    # patterns of dates are letters for Babel, not words; a newspaper is called what it is
    left = [
        said
        for context, said, told in texts(catalog)
        if context != "date pattern"
        and not TRANSLATED.issuperset(said)
        and set(said) & set(told)
        and _words(said[0])
    ]
    assert left == []


def _words(sentence: str) -> bool:
    return any(map(str.isalpha, re.sub(r"\{\w*\}|<[^<>]*>", "", sentence)))


# -- true


def test_placeholders_are_the_same_in_every_form(catalog: Catalog) -> None:
    wrong = [
        (said, told)
        for _, said, told in texts(catalog)
        if len({fields(each) for each in [*said, *told]}) > 1
    ]
    assert wrong == []


def fields(sentence: str) -> frozenset[str]:
    """Raises ValueError for a brace without its other one. No field has a format or a number."""
    found = [
        (name, form) for _, name, form, _ in string.Formatter().parse(sentence) if name is not None
    ]
    assert all(name.isidentifier() and not form for name, form in found), sentence
    return frozenset(name for name, _ in found)


def test_tags_are_the_same_allowed_and_closed(catalog: Catalog) -> None:
    for _, said, told in texts(catalog):
        expected = tags(said[0])
        assert set(expected) <= TAGS, said
        for each in [*said, *told]:
            assert tags(each) == expected, each
            rest = _ENTITY.sub("", _TAG.sub("", each))
            assert not set("<>&") & set(rest), each


def tags(sentence: str) -> Counter[str]:
    """How often each tag is opened; asserts that they are closed in turn."""
    counted: Counter[str] = Counter()
    opened: list[str] = []
    for closes, name in _TAG.findall(sentence):
        if closes:
            assert opened, sentence
            assert opened.pop() == name, sentence
        else:
            opened.append(name)
            counted[name] += 1
    assert not opened, sentence
    return counted


@pytest.mark.parametrize("broken", ["<b>x", "x</b>", "<b><i>x</b></i>", "<b>x</b><i>", "<b>x</i>"])
def test_a_tag_that_is_not_closed_is_seen(broken: str) -> None:
    with pytest.raises(AssertionError):
        tags(broken)


@pytest.mark.parametrize("broken", ["{0}", "{}", "{n:>3}", "{a.b}", "{", "x}"])
def test_a_field_that_could_fail_is_seen(broken: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        fields(broken)


def test_sentences_end_alike_and_without_stray_spaces(catalog: Catalog) -> None:
    ends = str.maketrans({"…": "."})
    for context, said, told in texts(catalog):
        for each in told:
            assert each == " ".join(each.split()), each
            if context is None:
                mark = said[0].translate(ends)[-1]
                kind = mark if mark in ".:?!;" else ""
                end = each.translate(ends)[-1]
                assert (end if end in ".:?!;" else "") == kind, (said[0], each)


QUOTES = {"az": "“”", "en": "“”’", "ru": "«»"}


def test_quotation_marks_are_those_of_the_language(catalog: Catalog) -> None:
    own = set(QUOTES[language_of(catalog)])
    for context, _, told in texts(catalog):
        for each in told if context != "date pattern" else ():
            plain = _TAG.sub("", each)
            assert set(plain) & set("\"“”„«»‘’'") <= own, each
            assert [plain.count(mark) for mark in "“«"] == [plain.count(mark) for mark in "”»"]


def test_each_language_is_written_in_its_own_letters(catalog: Catalog) -> None:
    """A look-alike of another alphabet is not found by a search, and read wrong aloud."""
    for context, _, told in texts(catalog):
        for word in (word for each in told for word in re.findall(r"\w+", each)):
            cyrillic = bool(re.search("[Ѐ-ӿ]", word))
            latin = bool(re.search("[A-Za-zƏəĞğİıÖöŞşÜüÇç]", word))
            assert not (cyrillic and latin), word
            if language_of(catalog) != "ru":
                assert not cyrillic, (context, word)


# -- what Telegram allows


@pytest.mark.parametrize("speaker", SPEAKERS.values(), ids=SPEAKERS)
def test_menus_and_profile_fit_into_telegrams_limits(speaker: Speaker) -> None:
    for offers in (OFFERS, GROUP_OFFERS):
        commands = menus._commands(speaker, offers)
        assert 0 < len(commands) <= 100
        for each in commands:
            assert re.fullmatch(r"[a-z0-9_]{1,32}", each["command"])
            assert 0 < len(each["description"]) <= 256
            assert "<" not in each["description"]
    limits = {"name": 64, "short_description": 120, "description": 512}
    profile = {key: text for _, words in menus._profile(speaker) for key, text in words.items()}
    assert profile.keys() == limits.keys()
    for key, text in profile.items():
        assert 0 < len(text) <= limits[key], f"{key}: {len(text)} letters: {text}"


def test_aliases_can_be_typed_as_commands() -> None:
    for name in TABLE.by_command:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", name)
