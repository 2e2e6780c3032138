"""``python -m bot outbox …``: what waits to be sent, and whether it may leave."""

import json
from datetime import UTC, datetime
from typing import Any

from bot.cli.stored import note, with_store
from data.model.outbox import Report
from data.store import Store


async def status(url: str, as_json: bool) -> int:
    """Of the door, all letters, and each mailing that is not done."""

    async def work(store: Store) -> None:
        door, counts = await store.outbox.door(), await store.outbox.counts()
        reports = await store.mailings.reports()
        if as_json:
            flood = door.flood_until and door.flood_until.isoformat()
            told = {"paused": door.paused, "flood_until": flood, "counts": dict(counts)}
            print(json.dumps({**told, "mailings": [_as_object(each) for each in reports]}))
            return
        print(f"paused: {door.paused}" if door.paused else "open")
        print("  ".join(f"{name} {count}" for name, count in counts.items()))
        for each in reports:
            print(_as_line(each))

    return await with_store(url, work)


async def pause(url: str) -> int:
    async def work(store: Store) -> None:
        await store.outbox.pause("from the command line")
        await note(store, "outbox.pause")
        print("paused; what is under way still arrives")

    return await with_store(url, work)


async def resume(url: str) -> int:
    async def work(store: Store) -> None:
        await store.outbox.resume()
        await note(store, "outbox.resume")
        print("open")

    return await with_store(url, work)


async def resend_uncertain(url: str) -> int:
    """Some people may get a message twice: nobody knows whether they have got it."""

    async def work(store: Store) -> None:
        many = await store.outbox.resend_uncertain(datetime.now(UTC))
        await note(store, "outbox.resend_uncertain", many=many)
        print(f"{many} uncertain messages will be sent again")

    return await with_store(url, work)


def _as_object(report: Report) -> dict[str, Any]:
    mailing = report.mailing
    return {
        "id": report.id,
        "key": mailing.key,
        "kind": mailing.kind,
        "ref": mailing.ref,
        "state": report.state,
        "error": report.error,
        "counts": dict(report.counts),
    }


def _as_line(report: Report) -> str:
    counts = ", ".join(f"{name} {count}" for name, count in report.counts.items() if count)
    error = f" ({report.error})" if report.error else ""
    return f"{report.id}  {report.state}  {report.mailing.key}: {counts or 'nobody yet'}{error}"
