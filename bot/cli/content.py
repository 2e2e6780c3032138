"""``python -m bot content …``: look at the content of the store, change it, take it out."""

import json
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path

import locales
from data import importer
from data.model.documents import ContentError
from data.store import Store, StoreError
from data.store.ports import Difference, Edit, StaleEditError, UnknownVersionError, Version

BAD_INPUT = 2


def check(folder: Path | None = None) -> int:
    """Without a folder the packaged content."""
    try:
        documents = importer.read(folder or importer.PACKAGED, _languages())
        importer.check(documents)
    except ContentError as error:
        return _refused(error)
    print(f"{len(documents)} documents, all in order")
    return 0


async def import_(database_url: str, path: Path | None, note: str) -> int:
    """``path``: a folder or one file; None for the packaged content."""
    languages = _languages()
    edit = Edit("command line", note, datetime.now(UTC))

    try:
        documents = importer.read(path or importer.PACKAGED, languages)
    except ContentError as error:
        return _refused(error)  # before the database is touched

    async def work(store: Store) -> None:
        before = await store.contents.current_version()
        number = await importer.bring_in(store.contents, documents, languages, edit)
        if number == before:
            print(f"nothing differs from version {number}")
        else:
            ((_, difference),) = (await store.contents.versions())[-1:]
            print(f"version {number}: {_counts(difference)}")

    return await _with_store(database_url, work)


async def export(database_url: str, folder: Path, number: int | None = None) -> int:
    """Without a number the newest version."""

    async def work(store: Store) -> None:
        edition = await store.contents.load(number)
        importer.export(edition.bodies, folder)
        print(f"version {edition.version.number}: {len(edition.bodies)} files in {folder}")

    return await _with_store(database_url, work)


async def versions(database_url: str, as_json: bool = False) -> int:
    """The newest last."""

    async def work(store: Store) -> None:
        for version, difference in await store.contents.versions():
            print((_as_json if as_json else _as_line)(version, difference))

    return await _with_store(database_url, work)


async def _with_store(
    database_url: str, work: Callable[[Store], Coroutine[None, None, None]]
) -> int:
    try:
        async with Store(database_url) as store:
            await work(store)
    except (ContentError, StoreError, StaleEditError, UnknownVersionError, OSError) as error:
        return _refused(error)
    return 0


def _languages() -> frozenset[str]:
    return frozenset(locales.load())


def _refused(error: Exception) -> int:
    told = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else error
    print(told, file=sys.stderr)
    return BAD_INPUT


def _as_line(version: Version, difference: Difference) -> str:
    moment = version.created.strftime("%Y-%m-%d %H:%M UTC")
    return f"{version.number}  {moment}  {version.author}: {version.note} ({_counts(difference)})"


def _as_json(version: Version, difference: Difference) -> str:
    return json.dumps(
        {
            "version": version.number,
            "created": version.created.isoformat(),
            "author": version.author,
            "note": version.note,
            "added": len(difference.added),
            "changed": len(difference.changed),
            "removed": len(difference.removed),
        },
        ensure_ascii=False,
    )


def _counts(difference: Difference) -> str:
    added, changed, removed = difference.added, difference.changed, difference.removed
    return f"{len(added)} added, {len(changed)} changed, {len(removed)} removed"
