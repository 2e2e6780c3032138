"""The store: versions of the content, the chats, migrations, and databases that cannot be used."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, insert, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.util import await_only

from data.model.dates import Said
from data.model.outbox import Mailing, Window
from data.model.staff import Deed
from data.model.subscriptions import Address, Subscription
from data.model.topics import Topic
from data.store import Store, StoreError, database, engines, schema, tables
from data.store.database import Database
from data.store.ports import (
    Asked,
    Difference,
    Edit,
    Lasting,
    StaleEditError,
    Subscriber,
    UnknownVersionError,
)

NOW = datetime(2025, 11, 20, 12, tzinfo=timezone(timedelta(hours=4)))
EDIT = Edit("an editor", "a note", NOW)
LACHIN = {"type": "place", "name": "Laçın"}
SHUSHA = {"type": "place", "name": "Şuşa"}


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    async with Store(address) as opened:
        yield opened


@pytest.fixture
async def bare(path: Path) -> AsyncIterator[Database]:
    """A database without tables."""
    opened = Database(url(path))
    yield opened
    await opened.close()


async def kept(store: Store, query: str) -> list[tuple[object, ...]]:
    async with store._database.reading() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


# content


async def test_nothing_is_published_in_a_new_store(store: Store) -> None:
    assert await store.contents.current_version() is None
    assert await store.contents.versions() == []
    with pytest.raises(UnknownVersionError, match="nothing has been published yet"):
        await store.contents.load()


async def test_what_is_published_is_loaded_by_key(store: Store) -> None:
    assert await store.contents.publish({"shusha": SHUSHA, "lachin": LACHIN}, EDIT, None) == 1
    edition = await store.contents.load()
    assert list(edition.bodies.items()) == [("lachin", LACHIN), ("shusha", SHUSHA)]
    assert (edition.version.number, edition.version.author) == (1, "an editor")
    assert edition.version.created == NOW
    assert edition.version.created.tzinfo is UTC


async def test_publishing_the_same_makes_no_version(store: Store) -> None:
    await store.contents.publish({"lachin": LACHIN}, EDIT, None)
    assert await store.contents.publish({"lachin": LACHIN}, EDIT, None) == 1
    assert await store.contents.current_version() == 1


async def test_old_versions_stay_and_share_what_did_not_change(store: Store) -> None:
    await store.contents.publish({"lachin": LACHIN, "shusha": SHUSHA}, EDIT, None)
    changed = {**LACHIN, "name": "Lachin"}
    assert await store.contents.publish({"lachin": changed, "shusha": SHUSHA}, EDIT, 1) == 2
    assert (await store.contents.load(1)).bodies["lachin"] == LACHIN
    assert (await store.contents.load()).bodies["lachin"] == changed
    assert await kept(store, "SELECT count(*) FROM documents") == [(3,)]


async def test_versions_tell_what_differs_from_the_one_before(store: Store) -> None:
    contents = store.contents
    await contents.publish({"lachin": LACHIN, "shusha": SHUSHA}, EDIT, None)
    await contents.publish({"lachin": SHUSHA, "baku": LACHIN}, Edit("b", "why", NOW), 1)
    second = Difference(added=("baku",), changed=("lachin",), removed=("shusha",))
    found = [(each.number, each.note, what) for each, what in await contents.versions()]
    assert found == [(1, "a note", Difference(added=("lachin", "shusha"))), (2, "why", second)]
    assert await contents.diff(1, 2) == second
    assert await contents.diff(2, 2) == Difference()


async def test_an_edit_of_an_older_version_does_not_undo_the_newer(store: Store) -> None:
    await store.contents.publish({"lachin": LACHIN}, EDIT, None)
    await store.contents.publish({"lachin": SHUSHA}, EDIT, 1)
    with pytest.raises(StaleEditError, match="version 2 was published meanwhile"):
        await store.contents.publish({"baku": LACHIN}, EDIT, 1)
    assert list((await store.contents.load()).bodies) == ["lachin"]


async def test_restoring_publishes_the_old_state_anew(store: Store) -> None:
    await store.contents.publish({"lachin": LACHIN}, EDIT, None)
    await store.contents.publish({"lachin": SHUSHA}, EDIT, 1)
    assert await store.contents.restore(1, Edit("b", "back", NOW)) == 3
    edition = await store.contents.load()
    assert (edition.bodies, edition.version.note) == ({"lachin": LACHIN}, "back")
    assert await store.contents.restore(1, EDIT) == 3


async def test_a_version_that_never_was_is_named(store: Store) -> None:
    await store.contents.publish({"lachin": LACHIN}, EDIT, None)
    with pytest.raises(UnknownVersionError, match="there is no version 7"):
        await store.contents.load(7)
    with pytest.raises(UnknownVersionError, match="there is no version 7"):
        await store.contents.restore(7, EDIT)
    with pytest.raises(UnknownVersionError, match="there is no version 7"):
        await store.contents.diff(1, 7)


async def test_a_version_that_fails_half_way_leaves_nothing(store: Store) -> None:
    naive = Edit("a", "b", datetime(2025, 11, 20))  # noqa: DTZ001 - that is what is wrong with it
    with pytest.raises(StatementError, match="has no offset from UTC"):
        await store.contents.publish({"lachin": LACHIN}, naive, None)
    assert await kept(store, "SELECT count(*) FROM documents") == [(0,)]


async def test_of_two_that_publish_at_once_one_is_told(store: Store, address: str) -> None:
    async with Store(address) as other:
        found = await asyncio.gather(
            store.contents.publish({"lachin": LACHIN}, EDIT, None),
            other.contents.publish({"shusha": SHUSHA}, EDIT, None),
            return_exceptions=True,
        )
    assert {type(each) for each in found} == {StaleEditError, int}


# chats


async def test_a_chat_has_no_language_before_it_chooses(store: Store) -> None:
    assert await store.chats.language(5) is None
    await store.chats.set_language(5, "private", "az", NOW)
    assert await store.chats.language(5) == "az"


async def test_choosing_again_keeps_the_day_of_the_first_time(store: Store) -> None:
    await store.chats.set_language(5, "group", "az", NOW)
    await store.chats.set_language(5, "supergroup", "ru", NOW + timedelta(days=1))
    found = await store.chats.everything(5)
    assert (found["type"], found["language"]) == ("supergroup", "ru")
    assert found["created_at"] == NOW.astimezone(UTC).isoformat()
    assert found["updated_at"] == (NOW + timedelta(days=1)).astimezone(UTC).isoformat()


@pytest.mark.parametrize("chat", [-(2**52), 2**52])
async def test_the_longest_chat_ids_are_kept_whole(store: Store, chat: int) -> None:
    await store.chats.set_language(chat, "private", "en", NOW)
    assert await store.chats.language(chat) == "en"


async def test_a_supergroup_takes_over_the_language_of_its_group(store: Store) -> None:
    await store.chats.set_language(-5, "group", "az", NOW)
    await store.chats.migrate(-5, -1005)
    await store.chats.migrate(-5, -1005)  # Telegram tells it twice
    assert await kept(store, "SELECT chat_id, type, language FROM chats") == [
        (-1005, "supergroup", "az")
    ]


async def test_a_supergroup_that_chose_for_itself_keeps_that(store: Store) -> None:
    await store.chats.set_language(-5, "group", "az", NOW)
    await store.chats.set_language(-1005, "supergroup", "ru", NOW)
    await store.chats.migrate(-5, -1005)
    assert await kept(store, "SELECT chat_id, language FROM chats") == [(-1005, "ru")]


async def test_a_forgotten_chat_leaves_no_row(store: Store) -> None:
    await store.chats.set_language(5, "private", "az", NOW)
    await store.chats.set_language(6, "private", "az", NOW)
    await store.chats.forget(5)
    assert await kept(store, "SELECT chat_id FROM chats") == [(6,)]


async def test_what_is_being_written_of_a_chat_is_forgotten_with_it(
    store: Store, address: str
) -> None:
    """Another process has begun to, and is done only after we have begun to forget."""
    until = NOW + timedelta(minutes=30)
    rows: dict[Table, dict[str, object]] = {
        tables.chats: {"chat_id": 5, "type": "private", "created_at": NOW, "updated_at": NOW},
        tables.topics: {"chat_id": 5, "subjects": "lachin", "ideas": "", "expires_at": until},
        tables.subscriptions: {"alarm_id": 1, "chat_id": 5, "thread_id": 0},
    }
    await store.mailings.put(Mailing("m", "test"), Address(6), Window(NOW, until))
    letter = {"mailing_id": 1, "chat_id": 5, "thread_id": 0, "status": "pending"}
    rows[tables.outbox] = {**letter, "not_before": NOW, "expires": until}
    async with Store(address) as other, other._database._engine.connect() as connection:
        if address.startswith("sqlite"):
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        for table, row in rows.items():
            await connection.execute(insert(table), row)
        forgetting = asyncio.create_task(store.chats.forget(5))
        await until_it_waits(store, forgetting)
        await connection.exec_driver_sql("COMMIT")
        await forgetting
    assert await store.chats.everything(5) == {}


async def test_who_follows_while_the_chat_is_being_forgotten_is_known_again(
    store: Store, address: str
) -> None:
    await store.chats.set_language(5, "private", "az", NOW)
    async with Store(address) as other, other._database._engine.connect() as connection:
        if address.startswith("sqlite"):
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        await connection.execute(select(tables.chats).with_for_update())
        who, what = Subscriber(Address(5), "private", "az"), Subscription("lachin")
        following = asyncio.create_task(store.subscriptions.follow(who, what, NOW))
        await until_it_waits(store, following)
        await connection.exec_driver_sql("DELETE FROM chats")
        await connection.exec_driver_sql("COMMIT")
        await following
    assert await store.subscriptions.of(Address(5)) == (what,)


async def until_it_waits(store: Store, task: asyncio.Task[None]) -> None:
    """For another's lock, which PostgreSQL tells; a writer of SQLite can do nothing else."""
    waits = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    server = store._database._writer is None
    while not task.done():
        await asyncio.sleep(0)
        if not server:
            return
        async with store._database.reading() as connection:
            if (await connection.execute(waits)).scalar_one():
                return


# the database


async def test_many_writers_of_two_processes_wait_for_each_other(
    store: Store, address: str
) -> None:
    async with Store(address) as other:
        await asyncio.gather(
            *(
                each.chats.set_language(number, "private", "az", NOW)
                for number in range(20)
                for each in (store, other)
            )
        )
    assert await kept(store, "SELECT count(*) FROM chats") == [(20,)]


async def test_a_reader_is_not_held_up_by_a_writer(path: Path) -> None:
    async with Store(url(path)) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            assert await store.chats.language(5) is None


async def test_the_pragmas_take_effect_for_readers_and_writers(bare: Database) -> None:
    await bare.check()

    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        return [connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names]

    async with bare.reading() as connection:
        assert await connection.run_sync(pragmas) == ["wal", 1, 5000, 1]
    assert await bare.transaction(pragmas) == ["wal", 1, 5000, 1]


async def test_a_writer_that_is_given_up_leaves_the_database_to_others(
    store: Store, address: str
) -> None:
    window = Window(NOW, NOW + timedelta(days=1))
    async with Store(address) as other:
        for pause in range(100):
            mailing = Mailing(f"m {pause}", "test")
            writer = asyncio.create_task(store.mailings.follow_up(mailing, 1, window, "open"))
            for _ in range(pause * 3):
                await asyncio.sleep(0)
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer
            async with asyncio.timeout(2):
                await other.chats.set_language(pause, "private", "az", NOW)
    assert await kept(store, "SELECT count(*) FROM chats") == [(100,)]


class UndoneError(Exception):
    """As PostgreSQL's driver tells that a transaction was given up for another's sake."""

    sqlstate = "40P01"


async def test_what_surely_had_no_effect_is_tried_again_a_few_times(store: Store) -> None:
    tried: list[int] = []

    def fails(times: int, connection: Connection) -> int:
        tried.append(times)
        new = {"text": str(times), "language": "en", "times": 1, "first_at": NOW, "last_at": NOW}
        connection.execute(insert(tables.unanswered), new)
        if tried.count(times) <= times:
            raise DBAPIError("INSERT", {}, UndoneError("deadlock detected"))
        return times

    assert await store._database.transaction(partial(fails, 2)) == 2
    assert await kept(store, "SELECT text FROM unanswered") == [("2",)]
    with pytest.raises(StoreError, match="deadlock detected"):
        await store._database.transaction(partial(fails, 99))
    assert tried.count(99) < 10
    assert await kept(store, "SELECT text FROM unanswered") == [("2",)]


async def test_two_that_wait_for_each_other_both_get_through(store: Store, address: str) -> None:
    """SQLite lets one after the other write; PostgreSQL undoes one of them."""
    for chat in (5, 6):
        await store.chats.set_language(chat, "private", "az", NOW)
    began = {5: asyncio.Event(), 6: asyncio.Event()}

    def change(first: int, second: int, connection: Connection) -> None:
        hours = update(tables.chats).values(hour=tables.chats.c.hour + 1)
        connection.execute(hours.where(tables.chats.c.chat_id == first))
        if not address.startswith("sqlite"):
            began[first].set()
            await_only(began[second].wait())
        connection.execute(hours.where(tables.chats.c.chat_id == second))

    await asyncio.gather(
        *(store._database.transaction(partial(change, *each)) for each in ((5, 6), (6, 5)))
    )
    assert await kept(store, "SELECT hour FROM chats") == [(12,), (12,)]


async def test_a_reference_to_nothing_is_refused(store: Store) -> None:
    entry = {"version_id": 1, "key": "lachin", "digest": "0"}
    with pytest.raises(StoreError, match=r"(?i)foreign key constraint"):
        await store._database.write(insert(tables.content_entries), [entry])


async def test_a_moment_comes_back_aware(store: Store) -> None:
    await store.chats.set_language(5, "private", "az", NOW)
    async with store._database.reading() as connection:
        found = (await connection.execute(select(tables.chats.c.created_at))).scalar_one()
    assert (found, found.tzinfo) == (NOW, UTC)


async def test_what_was_done_stays_written_down(store: Store) -> None:
    await store.desk.write_down(Deed(NOW, 5, "role.give", "6", {"role": "viewer"}))
    for change in ("UPDATE audit SET actor = 1", "DELETE FROM audit"):
        with suppress(StoreError):  # SQLite refuses, PostgreSQL does nothing
            await store._database.write(text(change))
    assert [each.actor async for each in store.desk.deeds()] == [5]


async def test_topics_and_unanswered_questions_go_in_and_out(store: Store) -> None:
    topic = Topic(("lachin",), ("when",), Said(26, 8))
    until = NOW + timedelta(minutes=30)
    for _ in range(2):
        await store.topics.remember({5: Lasting(topic, until)})
        await store.unanswered.count([Asked("why", "en", 1, NOW, NOW)])
    assert await store.topics.of(5, NOW) == topic
    assert [each.times for each in await store.unanswered.listed(9)] == [2]
    await store.topics.prune(until)
    await store.unanswered.prune(until)
    assert await store.topics.of(5, NOW) is None
    assert await store.unanswered.listed(9) == []


# databases that cannot be used


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "is no database address; one is sqlite+aiosqlite:///citydays.sqlite3"),
        ("secret words", "is no database address; one is sqlite+aiosqlite:///citydays.sqlite3"),
        ("postgresql+asyncpg://u:p@host:port/x", "is no database address; one is sqlite"),
        ("sqlite:///x.db", "sqlite:// is not known; it must begin with sqlite+aiosqlite://"),
        ("mysql+aiomysql://h/x", "mysql+aiomysql:// is not known; it must begin with sqlite+"),
        ("sqlite+aiosqlite://", "names no file; one does like sqlite+aiosqlite:///"),
        ("sqlite+aiosqlite:///:memory:", "names no file; one does like sqlite+aiosqlite:///"),
        ("sqlite+aiosqlite:///x.db?foo=1", "SQLite has no option 'foo' here; take it out"),
        ("sqlite+aiosqlite:///x.db?isolation_level=DEFERRED", "SQLite has no option 'isolation_"),
        ("sqlite+aiosqlite:////no/such/x.db", "the folder /no/such does not exist; make it"),
        ("sqlite+aiosqlite:////", "/ is a folder; name a file in it"),
    ],
)
def test_an_address_that_cannot_be_meant_is_told_in_one_line(address: str, told: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store(address)
    assert str(caught.value).startswith(f"DATABASE_URL: {told}")
    assert "\n" not in str(caught.value)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(StoreError, match="the driver asyncpg is missing; install citydays"):
        Store("postgresql+asyncpg://user:secret@localhost/citydays")


def test_a_file_that_may_not_be_written_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everything
    with pytest.raises(StoreError, match=f"^DATABASE_URL: {path} cannot be written; allow"):
        Store(url(path))


async def refusal(address: str) -> str:
    with pytest.raises(StoreError) as caught:
        await Store(address).open()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def empty(path: Path) -> Path:
    path.touch()
    return path


async def test_a_database_on_a_read_only_disk_is_told(empty: Path) -> None:
    told = await refusal(f"sqlite+aiosqlite:///file:{empty}?mode=ro&uri=true")
    assert "may only be read; allow this user to write it and its folder" in told


LETTER = b"a letter to my aunt\n" * 100


@pytest.fixture
def letter(path: Path) -> Path:
    path.write_bytes(LETTER)
    return path


async def test_a_file_that_is_no_database_is_told_and_kept(letter: Path) -> None:
    assert await refusal(url(letter)) == (
        f"DATABASE_URL: {letter} is not a database; name another file or restore a backup"
    )
    assert content_of(letter) == LETTER


def content_of(path: Path) -> bytes:
    return path.read_bytes()


def damage(path: Path) -> None:
    """Overwrite all but the first and the last page."""
    content = bytearray(path.read_bytes())
    content[4096:-4096] = b"\x5a" * (len(content) - 8192)
    path.write_bytes(content)


async def test_a_damaged_database_is_told(path: Path) -> None:
    async with Store(url(path)) as store:
        await store.contents.publish({"lachin": {**LACHIN, "text": "ə" * 20000}}, EDIT, None)
    damage(path)
    assert await refusal(url(path)) == f"DATABASE_URL: {path} is damaged; restore a backup"


async def test_a_database_of_a_newer_program_is_told_and_kept(path: Path) -> None:
    async with Store(url(path)):
        pass
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    told = await refusal(url(path))
    assert told.startswith(f"DATABASE_URL: {path} was made by a newer version (revision 9999); ")
    assert rows(path, "SELECT version_num FROM alembic_version") == [("9999",)]


async def test_a_locked_database_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Store(url(path)):
        pass
    monkeypatch.setattr(engines, "_PRAGMAS", ("busy_timeout=1",))
    async with Store(url(path)) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="is locked by another process; stop that one"):
                await store.chats.set_language(5, "private", "az", NOW)
        await store.chats.set_language(5, "private", "az", NOW)


async def test_a_disk_without_write_ahead_log_is_told(path: Path) -> None:
    told = await refusal(f"sqlite+aiosqlite:///file:{path}?vfs=unix-dotfile&uri=true")
    assert told.endswith("no write-ahead log there; put it on a local disk")


@pytest.fixture
def reader(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """Somebody who keeps the file from being switched to the write-ahead log."""
    monkeypatch.setattr(engines, "_PRAGMAS", ("busy_timeout=1",))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (c)")
        connection.execute("BEGIN")
        connection.execute("SELECT * FROM t").fetchall()
        yield connection


async def test_a_start_waits_until_it_can_switch_to_the_log(
    path: Path, reader: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def while_it_waits(_seconds: float) -> None:
        reader.execute("COMMIT")

    monkeypatch.setattr(asyncio, "sleep", while_it_waits)
    async with Store(url(path)) as store:
        assert await store.contents.current_version() is None
    assert not reader.in_transaction
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]


async def test_a_start_does_not_wait_for_ever(
    path: Path, reader: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 0)
    assert "is locked by another process; stop that one" in await refusal(url(path))
    assert reader.in_transaction


# migrations


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", "data.store:migrations")
    return ScriptDirectory.from_config(config)


def difference(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, tables.metadata))


def test_there_is_one_chain_and_its_head_is_known() -> None:
    assert scripts().get_heads() == [schema.HEAD]


async def test_the_tables_are_what_the_migrations_make(store: Store) -> None:
    async with store._database.reading() as connection:
        assert await connection.run_sync(difference) == []


async def test_a_database_of_any_revision_is_brought_to_the_head(address: str) -> None:
    bare = Database(address)
    chain = [each.revision for each in scripts().walk_revisions()]
    for revision in reversed(chain):
        assert await bare.transaction(partial(schema.upgrade, revision=revision))
        await schema.migrate(bare)
        assert await bare.transaction(difference) == []
        await bare.transaction(downgrade)
    await bare.close()


def downgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "data.store:migrations")
    config.attributes["connection"] = connection
    command.downgrade(config, "base")


async def test_two_processes_may_start_at_once(path: Path) -> None:
    stores = [Store(url(path)) for _ in range(3)]
    await asyncio.gather(*(each.open() for each in stores))
    for each in stores:
        assert await each.contents.current_version() is None
        await each.close()


async def test_a_later_start_does_without_alembic_and_ends(path: Path) -> None:
    async with Store(url(path)) as store:
        await store.chats.set_language(5, "private", "az", NOW)
    program = (
        "import asyncio, sys\n"
        "from data.store import Store\n"
        "async def main():\n"
        "    async with Store(sys.argv[1]) as store:\n"
        "        print(await store.chats.language(5), 'alembic' in sys.modules)\n"
        "asyncio.run(main())\n"
    )
    arguments = [sys.executable, "-c", program, url(path)]
    done = await asyncio.to_thread(
        subprocess.run,
        arguments,
        capture_output=True,
        text=True,
        timeout=30,
        cwd=Path(__file__).parents[1],
        check=False,
    )
    assert (done.stdout, done.stderr) == ("az False\n", "")


async def test_an_empty_database_gets_what_the_migrations_would_make(
    bare: Database, tmp_path: Path
) -> None:
    made = Database(url(tmp_path / "made.sqlite3"))
    assert await bare.transaction(lambda connection: schema.upgrade(connection, schema.HEAD))
    await schema.migrate(made)
    await made.close()
    tables_of = "SELECT name, type FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name"
    version = "SELECT version_num FROM alembic_version"
    assert rows(tmp_path / "made.sqlite3", tables_of) == rows(
        tmp_path / "store.sqlite3", tables_of
    )
    assert rows(tmp_path / "made.sqlite3", version) == [(schema.HEAD,)]
