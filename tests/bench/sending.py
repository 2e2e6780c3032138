"""Prints what our outbox delivers beside a plain loop of python-telegram-bot, and what is kept.

Each row is a fresh database and `python -m bot run`; the announcement is queued while it runs.
"twice": people who got it more than once; "lost": neither delivered nor known to be in doubt.
`--only WORD` runs the rows whose name has the word.
"""

import argparse
import asyncio
import json
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from data.model.outbox import Audience, Mailing, Urgency, Window
from data.store import Store
from data.store.ports import Followed
from tests.bench import TOKEN
from tests.bench.answering import (
    QUESTION,
    cpu_seconds,
    ended,
    free_port,
    load,
    python,
    rss,
    serving,
)
from tests.bench.recipients import Conditions

FIRST, TEXT = 1_000_001, "A message of some sixty letters, as an announcement might be."
MILLION = 1_000_000
PATIENCE = 120.0


@dataclass(frozen=True)
class Row:
    name: str
    conditions: Conditions
    many: int = 10_000
    rate: int = 1000
    kills: int = 0
    asked: int = 0
    """Questions that people ask meanwhile, four at a time."""


ROWS = (
    Row("no limit", Conditions(), rate=0),
    Row("1000/s", Conditions(rate=1000)),
    Row("1000/s, 50 ms", Conditions(rate=1000, latency=50)),
    Row("1000/s, 200 ms", Conditions(rate=1000, latency=200)),
    Row("30/s", Conditions(rate=30), many=450, rate=30),
    Row("1000/s, faults", Conditions(rate=1000, faults=True)),
    Row("1000/s, killed 5 times", Conditions(rate=1000), kills=5),
    Row("1000/s, asked meanwhile", Conditions(rate=1000), asked=2000),
)


def asked(url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with build_opener(ProxyHandler({})).open(Request(url, data=data), timeout=30) as answer:
        return json.load(answer)["result"]


async def fill(url: str, many: int) -> None:
    lines = (Followed(FIRST + each, "en", "Asia/Baku", ()) for each in range(many))
    async with Store(url) as store:
        await store.subscriptions.bring_in(lines, datetime.now(UTC))


async def announce(url: str) -> None:
    now = datetime.now(UTC)
    mailing = Mailing("bench", "announcement", "", Urgency.ANNOUNCEMENT, {"texts": {"en": TEXT}})
    async with Store(url) as store:
        await store.mailings.plan(mailing, Audience(), Window(now, now + timedelta(days=1)))


def statuses(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return dict(connection.execute("SELECT status, count(*) FROM outbox GROUP BY 1"))


@contextmanager
def server(conditions: Conditions) -> Iterator[str]:
    port = free_port()
    with ended(serving(port)):
        base = f"http://127.0.0.1:{port}"
        asked(f"{base}/conditions", asdict(conditions))
        yield base


def bot(base: str, path: Path, rate: int) -> "subprocess.Popen[bytes]":
    settings = {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": base,
        "DATABASE_URL": f"sqlite+aiosqlite:///{path}",
        "SEND_RATE": str(rate),
        "PAID_BROADCAST": "1",
        "LOG_LEVEL": "ERROR",
    }
    return python(["-m", "bot", "run"], settings, cpu=1)


def measured(row: Row) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, server(row.conditions) as base:
        path = Path(folder, "bench.db")
        url = f"sqlite+aiosqlite:///{path}"
        asyncio.run(fill(url, row.many))
        child = bot(base, path, row.rate)
        time.sleep(2.5)  # it starts, and opens what it needs
        asyncio.run(announce(url))
        for _ in range(row.kills):
            time.sleep(2.5)
            child.kill()
            child.wait()
            child = bot(base, path, row.rate)
        with ended(child):
            answers = load(base, 4, row.asked, QUESTION) if row.asked else {}
            kept = settled(path, row.many)
            spent = {"cpu": cpu_seconds(child.pid), "rss": rss(child.pid)}
        sent = asked(f"{base}/sent")
        known = sum(kept.get(each, 0) for each in ("failed", "uncertain"))
        lost = max(0, row.many - sent["people"] - known)
        return {**sent, **spent, "lost": lost, "kept": kept, "p99": answers.get("p99_ms")}


def settled(path: Path, many: int) -> dict[str, int]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        kept = statuses(path)
        if sum(kept.values()) >= many and not {"pending", "sending"} & kept.keys():
            return kept
        time.sleep(0.1)
    raise SystemExit(f"not all was sent within {PATIENCE:.0f} s: {statuses(path)}")


def looped(many: int) -> float:
    with server(Conditions()) as base:
        with ended(python(["-m", "tests.bench.loop", base, str(many)], {}, cpu=1)) as child:
            child.wait(PATIENCE)
        return float(asked(f"{base}/sent")["per_second"])


async def a_million(path: Path) -> dict[str, float]:
    """A tick of the planner with nothing due, and one that makes a million letters."""
    now = datetime.now(UTC)
    topics = ("all",)
    lines = (Followed(FIRST + each, "en", "Asia/Baku", topics) for each in range(MILLION))
    async with Store(f"sqlite+aiosqlite:///{path}") as store:
        await store.subscriptions.bring_in(lines, now)
        (alarm,) = await store.alarms.due(now)
        began = time.perf_counter()
        window = Window(now, now + timedelta(days=1))
        many = await store.alarms.fan_out(alarm, Mailing("bench", "reminder", "x"), window)
        fan_out = many / (time.perf_counter() - began)
        await store.alarms.settle(alarm, now, now + timedelta(days=1))
        began = time.perf_counter()
        for _ in range(20):
            await store.mailings.fan_out(now)
            assert not await store.alarms.due(now)
        tick = (time.perf_counter() - began) / 20 * 1000
    return {"tick": tick, "fan_out": fan_out}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="")
    wanted = options.parse_args().only
    print(f"\n{'':24}{'sent/s':>8}{'busiest':>9}{'twice':>7}{'lost':>6}{'CPU s':>7}{'RSS':>6}")
    for row in ROWS:
        if wanted in row.name:
            got = measured(row)
            figures = f"{got['per_second']:8.1f}{got['busiest_second']:9}{got['twice']:7}"
            costs = f"{got['lost']:6}{got['cpu']:7.1f}{got['rss']:6.0f}"
            print(f"{row.name:24}{figures}{costs}  {got['kept']} {got['answers']}", flush=True)
            if row.asked:
                print(f"{'answers meanwhile':24}p99 {got['p99']:.0f} ms")
            if row.rate == 0:
                plain = looped(2000)
                times = got["per_second"] / plain
                print(f"{'a plain PTB loop':24}{plain:8.1f}  ours: {times:.1f} x", flush=True)
    if wanted in "1,000,000 subscriptions":
        with tempfile.TemporaryDirectory() as folder:
            told = asyncio.run(a_million(Path(folder, "bench.db")))
        memory = rss("self")
        print(
            f"1,000,000 subscriptions: tick {told['tick']:.1f} ms, "
            f"fan-out {told['fan_out']:,.0f} rows/s, RSS {memory:.0f} MB"
        )


if __name__ == "__main__":
    main()
