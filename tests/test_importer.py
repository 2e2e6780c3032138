"""Content from files into the store and back; what is wrong with a file is told with its place."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli import content
from data import importer, yamlfiles
from data.model.documents import ContentError, Document, dump
from data.store import Store
from data.store.ports import Edit

LANGUAGES = frozenset(("az", "en", "ru"))
EDIT = Edit("an editor", "a note", datetime(2025, 11, 20, tzinfo=UTC))

PLACE = """\
type: place
id: lachin
kind: city
names: {en: Lachin, az: Laçın, ru: Лачин}
spellings: {}
city_day: lachin-city-day
lost:
  date: 1992-05-18
  precision: day
  status: sourced
  text: {en: Lost., az: İtirilib., ru: Утрачен.}
  sources: [page]
sources:
  page: {url: https://example.org/lachin, publisher: Example, date: 2023-08-26}
"""
DAY = """\
type: commemoration
id: lachin-city-day
kind: city_day
tone: festive
names: {en: Lachin City Day, az: Laçın Şəhəri Günü, ru: День города Лачин}
date: {month: 8, day: 26, rule: fixed}
day_off: {value: false, status: sourced, sources: [page]}
places: [lachin]
summary: {en: A day., az: Bir gün., ru: День.}
aliases: {names: {}}
programmes:
  - id: lachin-2025
    year: 2025
    first: 2025-08-26
    last: 2025-08-27
    place: lachin
    status: held
    items:
      - {id: concert, kind: concert, date: 2025-08-26, title: {en: A, az: B, ru: C},
         sources: [page]}
sources:
  page: {url: https://example.org/day, publisher: Example}
"""
REGION = """\
type: region
id: zangezur
names: {en: Zangezur, az: Zəngəzur, ru: Зангезур}
spellings: {}
places: [lachin]
legal_basis: {en: A decree, az: Fərman, ru: Указ}
cited: [page]
sources:
  page: {url: https://example.org/region, publisher: Example}
"""
TIMELINE = """\
type: timeline
id: timeline
milestones:
  - {id: m-1, date: 1992-05, precision: month, category: war, status: sourced,
     text: {en: A, az: B, ru: C}, places: [lachin], commemorations: [], sources: [page]}
sources:
  page: {url: https://example.org/timeline, publisher: Example}
"""
DAYS_OFF = """\
type: days_off
id: days-off-2026
year: 2026
rule: {en: A, az: B, ru: C}
days:
  - {dates: [2026-08-26], commemoration: lachin-city-day}
extra: {note: {en: A, az: B, ru: C}}
cited: [page]
sources:
  page: {url: https://example.org/off, publisher: Example}
"""
FILES = {"lachin.yaml": PLACE, "lachin-city-day.yaml": DAY}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two documents that fit together."""
    place = tmp_path / "content"
    place.mkdir()
    for name, words in FILES.items():
        (place / name).write_text(words, "utf-8")
    return place


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'store.sqlite3'}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with Store(url) as opened:
        yield opened


def wrote(folder: Path, name: str, words: str) -> Path:
    (folder / name).write_text(words, "utf-8")
    return folder


def refused(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        importer.check(importer.read(folder, LANGUAGES))
    return str(caught.value).splitlines()


def by_id(documents: tuple[Document, ...]) -> dict[str, Document]:
    return {each.id: each for each in documents}


# files


def test_a_folder_is_read_in_the_order_of_its_names(folder: Path) -> None:
    wrote(folder, "notes.txt", "not content")
    (folder / "words").mkdir()
    documents = importer.read(folder, LANGUAGES)
    importer.check(documents)
    assert [each.id for each in documents] == ["lachin-city-day", "lachin"]


def test_one_file_is_read_alone(folder: Path) -> None:
    assert [each.id for each in importer.read(folder / "lachin.yaml", LANGUAGES)] == ["lachin"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "kind: city\n",
            "kind: city\nkind: town\n",
            ":4: the key “kind” stands twice; remove one",
        ),
        ("1992-05-18", "1992-02-30", ":8: 1992-02-30 is not in the calendar"),
        ("1992-05-18", "'1992-02-30'", ": lost.date: 1992-02-30 is not in the calendar"),
        ("kind: city\n", "kind: city\n  x: [\n", ":4: mapping values are not allowed in this"),
        ("kind: city\n", "knd: city\n", ": knd: unknown key"),
        ("kind: city\n", "kind: city\nsize: 3\n", ": size: unknown key"),
        (", ru: Лачин}", "}", ": names: the text in ru is missing"),
        ("sources: [page]", "sources: [pge]", ": lost.sources.0: no source 'pge' under “sources”"),
        ("id: lachin\n", "id: lachn\n", ": id: is “lachn”; mend it, or name the file lachn.yaml"),
        ("type: place", "type: plaice", ": type: must be one of commemoration, place, region,"),
        (PLACE, "- a\n- list\n", ": must hold keys and values, “type: …” first of all"),
        (PLACE, "", ": must hold keys and values, “type: …” first of all"),
        (PLACE, "a: !!python/name:os.system\n", ":1: could not determine a constructor for the"),
        (PLACE, "a: \a", ": "),
        (PLACE, "a: " + "[" * 99999, ":1: is nested too deeply"),
        (PLACE, "- " * 99999, ":1: is nested too deeply"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(folder: Path, old: str, new: str, told: str) -> None:
    assert old in PLACE
    (line,) = refused(wrote(folder, "lachin.yaml", PLACE.replace(old, new, 1)))
    assert line.startswith(f"lachin.yaml{told}")


def test_every_file_that_is_wrong_is_told(folder: Path) -> None:
    wrote(folder, "lachin.yaml", "type: x")
    wrote(folder, "lachin-city-day.yaml", "type: y")
    assert [line.split(":")[0] for line in refused(folder)] == [
        "lachin-city-day.yaml",
        "lachin.yaml",
    ]


def test_a_file_that_is_not_utf_8_is_told(folder: Path) -> None:
    (folder / "lachin.yaml").write_bytes(PLACE.encode("utf-16"))
    assert refused(folder) == ["lachin.yaml: is not text in UTF-8; save it so"]


def test_a_byte_order_mark_is_no_mistake(folder: Path) -> None:
    (folder / "lachin.yaml").write_text(PLACE, "utf-8-sig")
    assert len(importer.read(folder, LANGUAGES)) == 2


def test_a_folder_without_content_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path) == [f"{tmp_path}: there is no .yaml file in it"]
    assert refused(tmp_path / "no") == [f"{tmp_path}/no: there is no such file or folder"]


# what documents say of one another


TOLD = "text: {en: A, az: B, ru: C}, status: sourced, sources: [page]"
MEND = "; mend the id or add its file"


@pytest.mark.parametrize(
    ("instead", "told"),
    [
        ("city_day: nothing", f"city_day: no commemoration “nothing”{MEND}"),
        ("see_also: [nowhere]", f"see_also: no place or commemoration “nowhere”{MEND}"),
        ("region: {id: nowhere, sources: [page]}", f"region: no region “nowhere”{MEND}"),
        (
            f"resettlement: {{first_return_place: nowhere, {TOLD}}}",
            f"resettlement: no place “nowhere”{MEND}",
        ),
        (
            f"returned: {{date: 1990, precision: year, how: military, {TOLD}}}",
            "returned.date: is before lost.date; mend one of them",
        ),
    ],
)
def test_what_a_place_says_must_fit(folder: Path, instead: str, told: str) -> None:
    wrote(folder, "lachin.yaml", PLACE.replace("city_day: lachin-city-day", instead))
    assert refused(folder) == [f"lachin.yaml: {told}"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("tone", "related: [lachin]\ntone", f"related: no commemoration “lachin”{MEND}"),
        ("place: la", "place: no", f"programmes.lachin-2025: no place “nochin”{MEND}"),
        (
            "place: lachin",
            "also: [nothing]",
            f"programmes.lachin-2025: no commemoration “nothing”{MEND}",
        ),
        (
            "last: 2025-08-27",
            "last: 2025-08-26",
            "programmes.lachin-2025: an item is on a day outside first and last",
        ),
    ],
)
def test_what_a_commemoration_says_must_fit(folder: Path, old: str, new: str, told: str) -> None:
    late = DAY.replace("date: 2025-08-26, title", "date: 2025-08-27, title")
    assert old in late
    wrote(folder, "lachin-city-day.yaml", late.replace(old, new, 1))
    assert refused(folder) == [f"lachin-city-day.yaml: {told}"]


def test_a_city_day_names_its_place(folder: Path) -> None:
    wrote(folder, "lachin-city-day.yaml", DAY.replace("places: [lachin]", "places: []"))
    (told,) = refused(folder)
    assert told == (
        "lachin.yaml: city_day: lachin-city-day.yaml does not name lachin under “places”; "
        "add it there"
    )


def test_a_region_and_its_places_name_each_other(folder: Path) -> None:
    (told,) = refused(wrote(folder, "zangezur.yaml", REGION))
    assert told == (
        "zangezur.yaml: places: lachin.yaml does not name zangezur under “region”; "
        "mend one of them"
    )
    inside = PLACE.replace("spellings", "region: {id: zangezur, sources: [page]}\nspellings")
    wrote(folder, "lachin.yaml", inside)
    importer.check(importer.read(folder, LANGUAGES))
    assert refused(wrote(folder, "zangezur.yaml", REGION.replace("[lachin]", "[]"))) == [
        "lachin.yaml: region: zangezur.yaml does not name lachin under “places”; add it there"
    ]


def test_the_timeline_and_days_off_name_what_is_there(folder: Path) -> None:
    wrote(folder, "timeline.yaml", TIMELINE)
    wrote(folder, "days-off-2026.yaml", DAYS_OFF)
    importer.check(importer.read(folder, LANGUAGES))
    wrote(folder, "timeline.yaml", TIMELINE.replace("commemorations: []", "commemorations: [a]"))
    wrote(folder, "days-off-2026.yaml", DAYS_OFF.replace("lachin-city-day", "b"))
    assert refused(folder) == [
        "days-off-2026.yaml: days: no commemoration “b”; mend the id or add its file",
        "timeline.yaml: milestones.m-1: no commemoration “a”; mend the id or add its file",
    ]


def test_a_name_that_stands_in_two_files_is_told(folder: Path) -> None:
    wrote(folder, "other.yaml", DAY.replace("id: lachin-city-day", "id: other"))
    wrote(folder, "timeline.yaml", TIMELINE)
    wrote(folder, "tales.yaml", TIMELINE.replace("id: timeline", "id: tales"))
    wrote(folder, "days-off-2026.yaml", DAYS_OFF)
    wrote(folder, "rest.yaml", DAYS_OFF.replace("id: days-off-2026", "id: rest"))
    assert refused(folder) == [
        "other.yaml: programmes: “lachin-2025” stands twice; rename or remove one",
        "timeline.yaml: milestones: “m-1” stands twice; rename or remove one",
        "rest.yaml: year: “2026” stands twice; rename or remove one",
    ]


def test_a_document_that_is_there_twice_is_told(folder: Path) -> None:
    place, *_ = importer.read(folder / "lachin.yaml", LANGUAGES)
    day, *_ = importer.read(folder / "lachin-city-day.yaml", LANGUAGES)
    with pytest.raises(ContentError, match="id: “lachin” stands twice; rename or remove one"):
        importer.check([day, place, place])


# into the store and back


async def test_files_take_the_place_of_their_namesakes(folder: Path, store: Store) -> None:
    assert await importer.bring_in(store.contents, read(folder), LANGUAGES, EDIT) == 1
    wrote(folder, "lachin.yaml", PLACE.replace("Lost.", "Taken."))
    place = importer.read(folder / "lachin.yaml", LANGUAGES)
    assert await importer.bring_in(store.contents, place, LANGUAGES, EDIT) == 2
    assert (await store.contents.load()).bodies == {
        each.id: dump(each) for each in importer.read(folder, LANGUAGES)
    }
    assert await importer.bring_in(store.contents, read(folder), LANGUAGES, EDIT) == 2


def read(folder: Path) -> tuple[Document, ...]:
    return importer.read(folder, LANGUAGES)


async def test_a_file_that_does_not_fit_the_store_changes_nothing(
    folder: Path, store: Store
) -> None:
    await importer.bring_in(store.contents, read(folder), LANGUAGES, EDIT)
    wrote(folder, "lachin-city-day.yaml", DAY.replace("places: [lachin]", "places: []"))
    with pytest.raises(ContentError, match="does not name lachin under “places”"):
        await importer.bring_in(
            store.contents, read(folder / "lachin-city-day.yaml"), LANGUAGES, EDIT
        )
    assert await store.contents.current_version() == 1


async def test_what_came_with_a_newer_program_is_known_until_it_is_brought_in(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "PACKAGED", folder)
    await importer.publish_packaged(store.contents, LANGUAGES, EDIT.at)
    assert await importer.unseen(store.contents, LANGUAGES) == ()
    packaged = importer.read(folder, LANGUAGES)
    wrote(folder, "lachin.yaml", PLACE.replace("Lachin", "LACHIN"))
    edited = importer.read(folder, LANGUAGES)
    await importer.bring_in(store.contents, edited, LANGUAGES, EDIT)
    wrote(folder, "lachin.yaml", PLACE)
    assert importer.read(folder, LANGUAGES) == packaged
    assert await importer.unseen(store.contents, LANGUAGES) == ()  # editors changed it, not we
    wrote(folder, "lachin.yaml", PLACE.replace("Lachin", "Lachin (newer)"))
    assert await importer.unseen(store.contents, LANGUAGES) == ("lachin",)
    newer = importer.read(folder, LANGUAGES)
    await importer.bring_in(store.contents, newer, LANGUAGES, EDIT)
    assert await importer.unseen(store.contents, LANGUAGES) == ()


async def test_the_packaged_content_fills_an_empty_store_once(store: Store) -> None:
    await importer.publish_packaged(store.contents, LANGUAGES, EDIT.at)
    await importer.publish_packaged(store.contents, LANGUAGES, EDIT.at)
    ((version, difference),) = await store.contents.versions()
    assert (version.number, version.author) == (1, "citydays")
    assert set(difference.added) == set(by_id(importer.read(importer.PACKAGED, LANGUAGES)))


async def test_another_content_in_the_store_is_left_alone(folder: Path, store: Store) -> None:
    await importer.bring_in(store.contents, read(folder), LANGUAGES, EDIT)
    await importer.publish_packaged(store.contents, LANGUAGES, EDIT.at)
    assert list((await store.contents.load()).bodies) == ["lachin", "lachin-city-day"]


def test_the_packaged_content_is_in_order_and_survives_the_way_out_and_in(tmp_path: Path) -> None:
    documents = importer.read(importer.PACKAGED, LANGUAGES)
    importer.check(documents)
    importer.export({each.id: dump(each) for each in documents}, tmp_path / "new" / "folder")
    assert by_id(importer.read(tmp_path / "new" / "folder", LANGUAGES)) == by_id(documents)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans() | st.none()))
def test_whatever_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, body: dict[str, object]
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(yamlfiles.written(body), "utf-8", newline="")
    assert yamlfiles.read(file) == body


def test_exported_texts_are_readable_and_in_order(folder: Path, tmp_path: Path) -> None:
    importer.export({"lachin": dump(read(folder / "lachin.yaml")[0])}, tmp_path)
    words = (tmp_path / "lachin.yaml").read_text("utf-8")
    assert words.startswith(
        "type: place\nid: lachin\nkind: city\nnames:\n  en: Lachin\n  az: Laçın\n"
    )
    assert list(yaml.safe_load(words)) == [
        "type", "id", "kind", "names", "spellings", "city_day", "lost", "sources",
    ]  # fmt: skip


# the command line

Printed = pytest.CaptureFixture[str]


def test_check_tells_how_many_are_in_order(folder: Path, capsys: Printed) -> None:
    assert content.check(folder) == 0
    assert capsys.readouterr().out == "2 documents, all in order\n"
    assert content.check() == 0


def test_check_tells_each_mistake_in_a_line(folder: Path, capsys: Printed) -> None:
    wrote(folder, "lachin.yaml", "type: x")
    assert content.check(folder) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert told.err.startswith("lachin.yaml: type: must be one of")


async def test_import_tells_the_version(folder: Path, url: str, capsys: Printed) -> None:
    assert await content.import_(url, folder, "first") == 0
    assert await content.import_(url, folder, "again") == 0
    wrote(folder, "lachin.yaml", PLACE.replace("Lost.", "Taken."))
    assert await content.import_(url, folder / "lachin.yaml", "second") == 0
    assert capsys.readouterr().out.splitlines() == [
        "version 1: 2 added, 0 changed, 0 removed",
        "nothing differs from version 1",
        "version 2: 0 added, 1 changed, 0 removed",
    ]


async def test_import_of_bad_content_publishes_nothing(
    folder: Path, url: str, capsys: Printed
) -> None:
    wrote(folder, "lachin.yaml", "type: x")
    assert await content.import_(url, folder, "") == 2
    assert await content.versions(url) == 0
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)


async def test_export_writes_the_version_that_is_asked_for(
    folder: Path, url: str, tmp_path: Path, capsys: Printed
) -> None:
    await content.import_(url, folder, "first")
    before = by_id(read(folder))
    wrote(folder, "lachin.yaml", PLACE.replace("Lost.", "Taken."))
    await content.import_(url, folder, "second")
    capsys.readouterr()
    assert await content.export(url, tmp_path / "newest") == 0
    assert await content.export(url, tmp_path / "first", 1) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"version 2: 2 files in {tmp_path}/newest",
        f"version 1: 2 files in {tmp_path}/first",
    ]
    assert by_id(read(tmp_path / "newest")) == by_id(read(folder))
    assert by_id(read(tmp_path / "first")) == before


async def test_what_cannot_be_done_is_told_in_one_line(
    folder: Path, url: str, capsys: Printed
) -> None:
    await content.import_(url, folder, "")
    capsys.readouterr()
    assert await content.export(url, folder, 9) == 2
    assert await content.export(url, folder / "lachin.yaml") == 2
    assert await content.versions("mysql://h/x") == 2
    told = capsys.readouterr()
    assert told.out == ""
    first, second, third = told.err.splitlines()
    assert first == "there is no version 9"
    assert second == f"{folder}/lachin.yaml: File exists"
    assert third.startswith("DATABASE_URL: mysql:// is not known")


async def test_versions_are_listed_for_people_and_for_programs(
    folder: Path, url: str, capsys: Printed
) -> None:
    await content.import_(url, folder, "why")
    capsys.readouterr()
    assert await content.versions(url) == 0
    line = capsys.readouterr().out
    assert line.startswith("1  ")
    assert line.endswith(" UTC  command line: why (2 added, 0 changed, 0 removed)\n")
    assert await content.versions(url, as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert datetime.fromisoformat(found.pop("created")).utcoffset() is not None
    assert found == {
        "version": 1,
        "author": "command line",
        "note": "why",
        "added": 2,
        "changed": 0,
        "removed": 0,
    }
