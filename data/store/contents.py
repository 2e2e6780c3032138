"""The port ``Contents`` in SQL: each document is kept once, versions only point at it."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, select

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
            return await connection.run_sync(_current)

    async def load(self, number: int | None = None) -> Edition:
        async with self._database.reading() as connection:
            version = await connection.run_sync(_version, number)
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
        unless_kept = self._database.insert(documents).on_conflict_do_nothing()

        def publish(connection: Connection) -> int:
            current = _current(connection)
            if current and _digests(connection, current) == digests:
                return current
            if current != over:
                raise StaleEditError(
                    f"version {current} was published meanwhile; look at it and try again"
                )
            if rows:
                connection.execute(unless_kept, rows)
            return _add(connection, digests, edit)

        return await self._database.transaction(publish, alone=True)

    async def unseen(self, bodies: Bodies) -> tuple[str, ...]:
        digests = {key: _digest(_text(body)) for key, body in bodies.items()}
        query = select(documents.c.digest).where(documents.c.digest.in_(digests.values()))
        async with self._database.reading() as connection:
            known = set((await connection.execute(query)).scalars())
        return tuple(sorted(key for key in digests if digests[key] not in known))

    async def restore(self, number: int, edit: Edit) -> int:
        def restore(connection: Connection) -> int:
            digests = _digests(connection, _version(connection, number).number)
            current = _version(connection, None).number
            if digests == _digests(connection, current):
                return current
            return _add(connection, digests, edit)

        return await self._database.transaction(restore, alone=True)

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
            versions = [await connection.run_sync(_version, each) for each in (before, after)]
            held = [await connection.run_sync(_digests, each.number) for each in versions]
            return _difference(*held)


def _current(connection: Connection) -> int | None:
    number: int | None = connection.execute(_CURRENT).scalar()
    return number


def _version(connection: Connection, number: int | None) -> Version:
    query = select(content_versions).order_by(content_versions.c.id.desc()).limit(1)
    if number is not None:
        query = query.where(content_versions.c.id == number)
    row = connection.execute(query).first()
    if row is None:
        raise UnknownVersionError(
            "nothing has been published yet" if number is None else f"there is no version {number}"
        )
    return Version(*row)


def _digests(connection: Connection, number: int) -> Digests:
    rows = connection.execute(
        select(content_entries.c.key, content_entries.c.digest).where(
            content_entries.c.version_id == number
        )
    )
    return {row.key: row.digest for row in rows}


def _add(connection: Connection, digests: Digests, edit: Edit) -> int:
    version = {"created_at": edit.at, "author": edit.author, "note": edit.note}
    added = insert(content_versions).values(version).returning(content_versions.c.id)
    number: int = connection.execute(added).scalar_one()
    rows = [{"version_id": number, "key": key, "digest": digests[key]} for key in digests]
    if rows:
        connection.execute(insert(content_entries), rows)
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
