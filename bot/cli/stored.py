"""What commands share that work on the store beside a running bot, or without one."""

import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime

import locales
from data.importer import publish_packaged
from data.library import Library
from data.model.staff import Deed
from data.shelf import Shelf
from data.store import Store

BAD_INPUT = 2


class InputError(Exception):
    """What a person gave cannot be used; one line."""


async def with_store(url: str, work: Callable[[Store], Coroutine[None, None, int | None]]) -> int:
    """The exit code. Raises StoreError."""
    try:
        async with Store(url) as store:
            return await work(store) or 0
    except (InputError, OSError) as error:
        told = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else error
        print(f"citydays: {told}", file=sys.stderr)
        return BAD_INPUT


async def note(store: Store, act: str, subject: str = "", **details: object) -> None:
    """Write down for good what was done from the command line."""
    await store.desk.write_down(Deed(datetime.now(UTC), 0, act, subject, details))


async def library(store: Store) -> Library:
    """What is known; the packaged content where the store has none yet."""
    languages = frozenset(locales.load())
    await publish_packaged(store.contents, languages, datetime.now(UTC))
    shelf = Shelf(store.contents, languages)
    await shelf.refresh()
    return shelf.library


def is_topic(known: Library, topic: str) -> bool:
    """Whether it can be followed: a place, a day, or an item as ``<programme>/<item>``."""
    programme_id, _, item_id = topic.partition("/")
    programme = known.programmes.get(programme_id)
    items = {item.id for item in programme.items} if programme else set()
    return topic in known.commemorations or topic in known.places or item_id in items
