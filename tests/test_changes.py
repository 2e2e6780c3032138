"""What an editor's change is told: to whom, of what, old and new."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pytest

import locales
from data.changes import changes
from data.importer import PACKAGED, read
from data.library import Library
from data.model.commemorations import Commemoration, Span
from data.model.documents import Document

LANGUAGES = frozenset(locales.load())
DAY = "kalbajar-city-day"
TODAY = dt.date(2025, 11, 20)
AT = dt.datetime(2025, 11, 20, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    return read(PACKAGED, LANGUAGES)


Edit = Callable[[Commemoration], Mapping[str, Any]]


def edited(documents: tuple[Document, ...], edit: Edit) -> Library:
    """The next version, in which the fields that ``edit`` gives of the City Day are others."""
    changed = [
        each.model_copy(update=dict(edit(each)))
        if isinstance(each, Commemoration) and each.id == DAY
        else each
        for each in documents
    ]
    return Library.build(2, AT, changed)


def with_programme(day: Commemoration, **fields: Any) -> Mapping[str, Any]:
    """The day with other fields of its last programme."""
    *others, last = day.programmes
    return {"programmes": (*others, last.model_copy(update=fields))}


def with_item(day: Commemoration, **fields: Any) -> Mapping[str, Any]:
    """The day with other fields of the first item of its last programme."""
    first, *rest = day.programmes[-1].items
    return with_programme(day, items=(first.model_copy(update=fields), *rest))


def found(documents: tuple[Document, ...], edit: Edit, today: dt.date = TODAY) -> list[Any]:
    old = Library.build(1, AT, documents)
    return list(changes(old, edited(documents, edit), today))


def test_nothing_has_changed(documents: tuple[Document, ...]) -> None:
    assert found(documents, lambda _: {}) == []


def test_what_is_no_plan_of_anybodys_is_not_told(documents: tuple[Document, ...]) -> None:
    assert found(documents, lambda _: {"summary": dict.fromkeys(LANGUAGES, "x")}) == []
    assert found(documents, lambda day: with_programme(day, status="announced_and_held")) == []


def test_an_item_is_told_to_those_who_follow_it_its_day_its_place_or_everything(
    documents: tuple[Document, ...],
) -> None:
    venue = dict.fromkeys(LANGUAGES, "Meydan")
    (change,) = found(documents, lambda day: with_item(day, time="18:00", venue=venue))
    programme, _, item = change.ref.partition("/")
    assert programme == "kalbajar-2025"
    assert item
    assert set(change.topics) == {"all", DAY, "kalbajar", change.ref}
    assert change.fields["time"] == (None, "18:00")
    assert change.fields["venue"][1] == venue


def test_an_item_that_is_called_off(documents: tuple[Document, ...]) -> None:
    (change,) = found(documents, lambda day: with_item(day, status="cancelled"))
    assert change.fields == {"status": ("scheduled", "cancelled")}


def test_an_item_that_gets_a_day_of_its_own(documents: tuple[Document, ...]) -> None:
    (change,) = found(documents, lambda day: with_item(day, date=dt.date(2025, 11, 26)))
    assert change.fields == {"day": ("2025-11-25", "2025-11-26")}


def test_a_whole_programme_is_told_once_also_to_those_who_follow_an_item(
    documents: tuple[Document, ...],
) -> None:
    moved = {"first": dt.date(2025, 11, 27), "last": dt.date(2025, 11, 27), "status": "moved"}
    (change,) = found(documents, lambda day: with_programme(day, **moved))
    assert change.ref == "kalbajar-2025"
    assert change.fields == {
        "day": ("2025-11-25", "2025-11-27"),
        "status": ("scheduled", "moved"),
    }
    assert any(topic.startswith("kalbajar-2025/") for topic in change.topics)


def test_a_day_that_is_moved(documents: tuple[Document, ...]) -> None:
    span = Span(first=dt.date(2025, 11, 25), last=dt.date(2025, 11, 26))

    def two_days(day: Commemoration) -> Mapping[str, Any]:
        return {"date": day.date.model_copy(update={"known": {2025: span}})}

    (change,) = found(documents, two_days)
    assert change.ref == f"{DAY}@2025"
    assert change.fields == {"day": ("2025-11-25", "2025-11-25/2025-11-26")}
    assert set(change.topics) == {"all", DAY, "kalbajar"}
    assert found(documents, two_days, today=dt.date(2025, 12, 1)) == []


def test_what_is_over_is_not_told(documents: tuple[Document, ...]) -> None:
    after = dt.date(2025, 11, 26)
    assert found(documents, lambda day: with_item(day, time="18:00"), after) == []
    assert found(documents, lambda day: with_programme(day, status="cancelled"), after) == []


def test_what_is_new_or_gone_is_not_told(documents: tuple[Document, ...]) -> None:
    assert found(documents, lambda _: {"programmes": ()}) == []
    old = edited(documents, lambda _: {"programmes": ()})
    assert list(changes(old, Library.build(2, AT, documents), TODAY)) == []
