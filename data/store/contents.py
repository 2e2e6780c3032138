"""The port ``Contents`` in SQL: each document is kept once, versions only point at it."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from data.store.database import Database
from data.store.ports import (
    Bodies,
    Difference,
    Edit,
    Edition,
    StaleEditError,
    UnknownVersionError,
    Version,
)
from data.store.tables import content_entries, content_versions, documents

Digests = Mapping[str, str]
"""The digest of each document of a version, by key."""

_CURRENT = select(func.max(content_versions.c.id))


class SqlContents:
    """See ``data.store.ports.Contents``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current_version(self) -> int | None:
        async with self._database.reading() as connection:
            return await _current(connection)

    async def load(self, number: int | None = None) -> Edition:
        async with self._database.reading() as connection:
            version = await _version(connection, number)
            rows = await connection.execute(
                select(documents.c.key, documents.c.body)
                .join(content_entries, content_entries.c.digest == documents.c.digest)
                .where(content_entries.c.version_id == version.number)
            )
            return Edition(version, {key: json.loads(body) for key, body in sorted(rows.all())})

    async def publish(self, bodies: Bodies, edit: Edit, over: int | None) -> int:
        texts = {key: _text(body) for key, body in bodies.items()}
        digests = {key: _digest(text) for key, text in texts.items()}
        rows = [
            {"digest": digests[key], "type": bodies[key]["type"], "key": key, "body": texts[key]}
            for key in bodies
        ]
        async with self._database.writing(alone=True) as connection:
            current = await _current(connection)
            if current and await _digests(connection, current) == digests:
                return current
            if current != over:
                raise StaleEditError(
                    f"version {current} was published meanwhile; look at it and try again"
                )
            if rows:
                unless_kept = self._database.insert(documents).on_conflict_do_nothing()
                await connection.execute(unless_kept, rows)
            return await _add(connection, digests, edit)

    async def restore(self, number: int, edit: Edit) -> int:
        async with self._database.writing(alone=True) as connection:
            digests = await _digests(connection, (await _version(connection, number)).number)
            current = await _version(connection, None)
            if digests == await _digests(connection, current.number):
                return current.number
            return await _add(connection, digests, edit)

    async def versions(self) -> list[tuple[Version, Difference]]:
        async with self._database.reading() as connection:
            found = await connection.execute(
                select(content_versions).order_by(content_versions.c.id)
            )
            versions = [Version(*row) for row in found]
            entries = await connection.execute(select(content_entries))
        held: dict[int, dict[str, str]] = defaultdict(dict)
        for number, key, digest in entries:
            held[number][key] = digest
        states = [{}, *(held[version.number] for version in versions)]
        return list(zip(versions, map(_difference, states, states[1:]), strict=True))

    async def diff(self, before: int, after: int) -> Difference:
        async with self._database.reading() as connection:
            numbers = [(await _version(connection, each)).number for each in (before, after)]
            return _difference(*[await _digests(connection, each) for each in numbers])


async def _current(connection: AsyncConnection) -> int | None:
    number: int | None = (await connection.execute(_CURRENT)).scalar()
    return number


async def _version(connection: AsyncConnection, number: int | None) -> Version:
    query = select(content_versions).order_by(content_versions.c.id.desc()).limit(1)
    if number is not None:
        query = query.where(content_versions.c.id == number)
    row = (await connection.execute(query)).first()
    if row is None:
        raise UnknownVersionError(
            "nothing has been published yet" if number is None else f"there is no version {number}"
        )
    return Version(*row)


async def _digests(connection: AsyncConnection, number: int) -> Digests:
    rows = await connection.execute(
        select(content_entries.c.key, content_entries.c.digest).where(
            content_entries.c.version_id == number
        )
    )
    return {row.key: row.digest for row in rows}


async def _add(connection: AsyncConnection, digests: Digests, edit: Edit) -> int:
    version = {"created_at": edit.at, "author": edit.author, "note": edit.note}
    added = insert(content_versions).values(version).returning(content_versions.c.id)
    number: int = (await connection.execute(added)).scalar_one()
    rows = [{"version_id": number, "key": key, "digest": digests[key]} for key in digests]
    if rows:
        await connection.execute(insert(content_entries), rows)
    return number


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _difference(before: Digests, after: Digests) -> Difference:
    both = before.keys() & after.keys()
    return Difference(
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(key for key in both if before[key] != after[key])),
        removed=tuple(sorted(before.keys() - after.keys())),
    )
