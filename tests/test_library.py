"""The Library: what belongs together is found together; and how a new one takes its place."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from data import importer
from data.library import Library
from data.model.documents import ContentError, Document, parse
from data.shelf import Shelf
from data.store import Store
from data.store.ports import Edit, UnknownVersionError

LANGUAGES = frozenset(("en",))
MOMENT = datetime(2025, 11, 20, tzinfo=UTC)
EDIT = Edit("an editor", "a note", MOMENT)
PAGE = {"page": {"url": "https://example.org/page", "publisher": "Example"}}
NAME = {"en": "A name"}


def place(id_: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "place", "id": id_, "kind": "city", "names": NAME, "spellings": {},
        "sources": PAGE, **more,
    }  # fmt: skip


def day(id_: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "commemoration", "id": id_, "kind": "city_day", "tone": "festive", "names": NAME,
        "date": {"month": 8, "day": 26, "rule": "fixed"}, "aliases": {"names": {}},
        "day_off": {"value": False, "status": "sourced"}, "summary": NAME, "sources": PAGE, **more,
    }  # fmt: skip


def programme(id_: str, first: str | None = None, **more: Any) -> dict[str, Any]:
    item = {"id": "concert", "kind": "concert", "title": NAME, "sources": ["page"]}
    dated = {"first": first, "year": int(first[:4])} if first else {}
    return {"id": id_, "status": "held", "items": [item], **dated, **more}


def milestone(id_: str, date: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id_, "date": date, "precision": "day", "category": "war", "text": NAME,
        "status": "sourced", "sources": ["page"], **more,
    }  # fmt: skip


def library(*bodies: dict[str, Any]) -> Library:
    return Library.build(3, MOMENT, documents(*bodies))


def documents(*bodies: dict[str, Any]) -> list[Document]:
    return [parse(body["id"], body, LANGUAGES) for body in bodies]


def ids(found: tuple[Any, ...]) -> list[str]:
    return [each.id for each in found]


def test_documents_are_found_by_kind_and_id() -> None:
    region = {
        "type": "region", "id": "r", "names": NAME, "spellings": {}, "places": ["b"],
        "legal_basis": NAME, "cited": ["page"], "sources": PAGE,
    }  # fmt: skip
    off = {
        "type": "days_off", "id": "o", "year": 2026, "rule": NAME, "extra": {"note": NAME},
        "days": [{"dates": ["2026-01-01"]}], "cited": ["page"], "sources": PAGE,
    }  # fmt: skip
    found = library(place("b"), place("a"), day("d"), region, off)
    assert (found.version, found.published) == (3, MOMENT)
    assert (list(found.places), list(found.commemorations)) == (["b", "a"], ["d"])
    assert (list(found.regions), list(found.days_off)) == (["r"], [2026])
    assert found.milestones == ()


def test_a_page_that_is_cited_in_two_files_counts_once() -> None:
    other = {"other": {"url": "https://example.org/other", "publisher": "Example"}}
    assert library(place("a"), place("b", sources={**PAGE, **other})).source_count == 2


def test_programmes_stand_by_year_in_the_order_of_their_days() -> None:
    found = library(
        day(
            "d",
            programmes=[
                programme("late", "2025-08-27"),
                programme("undated", year=2025),
                programme("early", "2025-08-26"),
                programme("before", "2024-08-26"),
                programme("whenever"),
            ],
        )
    )
    assert ids(found.programmes_of("d", 2025)) == ["early", "late", "undated"]
    assert ids(found.programmes_of("d", 2024)) == ["before"]
    assert ids(found.programmes_of("d", None)) == ["whenever"]
    assert found.programmes_of("d", 2026) == ()
    assert found.years_with_programme("d") == (None, 2024, 2025)


def test_a_programme_belongs_to_further_days_too() -> None:
    found = library(
        day("own", programmes=[programme("p", "2025-08-26", also=["other", "own"])]), day("other")
    )
    assert ids(found.programmes_of("own", 2025)) == ["p"]
    assert ids(found.programmes_of("other", 2025)) == ["p"]
    assert found.commemoration_of == {"p": "own"}


def test_a_programme_of_a_place_is_also_of_the_day_that_it_names() -> None:
    found = library(
        place("a", programmes=[programme("p", "2025-08-26", also=["d"]), programme("q")]), day("d")
    )
    assert set(found.programmes) == {"p", "q"}
    assert found.commemoration_of == {"p": "d"}
    assert ids(found.programmes_of("d", 2025)) == ["p"]
    assert ids(found.programmes_of("a", 2025)) == ["p"]
    assert found.holder_of == {"p": "a", "q": "a"}


def test_nothing_is_found_for_what_is_unknown() -> None:
    found = library(day("d"))
    assert found.programmes_of("x", 2025) == ()
    assert found.years_with_programme("d") == ()
    assert found.milestones_of("x") == ()
    assert found.commemorations_of("x") == ()


def test_milestones_are_found_by_place_and_by_day_in_order() -> None:
    chronicle = {
        "type": "timeline", "id": "t", "sources": PAGE,
        "milestones": [
            milestone("m2", "2020-10-09", places=["a"]),
            milestone("m1", "1993-04-02", places=["a", "b"], commemorations=["d"]),
            milestone("m0", "1992"),
        ],
    }  # fmt: skip
    found = library(chronicle)
    assert ids(found.milestones) == ["m0", "m1", "m2"]
    assert ids(found.milestones_of("a")) == ["m1", "m2"]
    assert ids(found.milestones_of("b")) == ["m1"]
    assert ids(found.milestones_of("d")) == ["m1"]


def test_the_days_of_a_place_begin_with_its_city_day() -> None:
    found = library(
        day("festival", places=["a"]), day("city", places=["a", "b"]), place("a", city_day="city")
    )
    assert ids(found.commemorations_of("a")) == ["city", "festival"]
    assert ids(found.commemorations_of("b")) == ["city"]


def test_the_packaged_content_becomes_a_library() -> None:
    every = importer.read(importer.PACKAGED, frozenset(("az", "en", "ru")))
    found = Library.build(1, MOMENT, every)
    assert len(found.commemorations) >= 31
    assert len(found.places) >= 25
    assert len(found.milestones) >= 94
    assert len(found.programmes) >= 53
    kalbajar = found.programmes_of("kalbajar-city-day", 2025)
    assert max(len(each.items) for each in kalbajar) >= 8
    assert 2025 in found.years_with_programme("kalbajar-city-day")
    assert found.commemorations_of("kalbajar")[0].id == "kalbajar-city-day"
    assert found.milestones_of("kalbajar")
    claimed = {id_ for each in found.commemorations for id_ in named(found, each)}
    of_places = {one.id for each in found.places.values() for one in each.programmes}
    assert claimed | of_places == set(found.programmes)
    assert claimed == set(found.commemoration_of)


def named(found: Library, commemoration: str) -> list[str]:
    years = found.years_with_programme(commemoration)
    return [each.id for year in years for each in found.programmes_of(commemoration, year)]


# the shelf


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'store.sqlite3'}") as opened:
        yield opened


async def test_an_empty_shelf_says_so(store: Store) -> None:
    shelf = Shelf(store.contents, LANGUAGES)
    with pytest.raises(RuntimeError, match="refresh the shelf"):
        _ = shelf.library
    with pytest.raises(UnknownVersionError, match="nothing has been published yet"):
        await shelf.refresh()


async def test_a_new_version_takes_the_place_of_the_old(store: Store) -> None:
    shelf = Shelf(store.contents, LANGUAGES)
    await importer.bring_in(store.contents, documents(place("a")), LANGUAGES, EDIT)
    assert await shelf.refresh()
    first = shelf.library
    assert (first.version, first.published, list(first.places)) == (1, MOMENT, ["a"])
    assert not await shelf.refresh()
    assert shelf.library is first
    await importer.bring_in(store.contents, documents(place("b")), LANGUAGES, EDIT)
    assert await shelf.refresh()
    assert list(shelf.library.places) == ["a", "b"]
    assert list(first.places) == ["a"]


async def test_content_that_cannot_be_read_leaves_the_old_library(store: Store) -> None:
    shelf = Shelf(store.contents, LANGUAGES)
    await store.contents.publish({"a": place("a")}, EDIT, None)
    await shelf.refresh()
    await store.contents.publish({"a": place("a", size=3)}, EDIT, 1)
    with pytest.raises(ContentError) as caught:
        await shelf.refresh()
    assert str(caught.value) == (
        "version 2 of the stored content: a: size: unknown key; "
        "import the content anew: python -m bot content import"
    )
    assert shelf.library.version == 1


async def test_importing_anew_mends_content_that_cannot_be_read(store: Store) -> None:
    await store.contents.publish({"a": place("a", size=3)}, EDIT, None)
    await importer.bring_in(store.contents, documents(place("a")), LANGUAGES, EDIT)
    shelf = Shelf(store.contents, LANGUAGES)
    await shelf.refresh()
    assert shelf.library.version == 2
