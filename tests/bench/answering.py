"""Prints, from one run, what an answer costs our bot and a bare echo bot of python-telegram-bot.

Ours looks the chat's language up and answers `/programme kelbecer`; the echo bot says back what
it is told. Each has a CPU to itself if there are two, and the server the other. `--only WORD`
runs the bots whose name has the word. "first": from the start of the process to its first answer.
Times are in milliseconds, CPU is that of the bot for one update, RSS its largest so far in MB.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

from tests.bench import TOKEN
from tests.bench.driver import CHATS

QUESTION = "/programme kelbecer"
SECRET = "bench-secret"
ECHO_PACKAGES = Path(sys.prefix) / "echo"
"""What only the echo bot needs; make bench installs it."""
ROUNDS = ((1, 600), (64, 3000))  # in flight, updates
REPEATED = 3
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Bot:
    name: str
    webhook: bool
    echo: bool = True
    concurrent: int = 0

    def start(self, base: str, folder: Path) -> "subprocess.Popen[bytes]":
        port = free_port()
        if self.echo:
            command = ["-m", "tests.bench.echo", base, "--concurrent", str(self.concurrent)]
            command += ["--webhook", str(port)] if self.webhook else []
            return python(command, {"PYTHONPATH": str(ECHO_PACKAGES)}, cpu=1)
        settings = {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": base,
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/bench.db",
            "LOG_LEVEL": "WARNING",
        }
        if self.webhook:
            settings["WEBHOOK_URL"] = f"http://127.0.0.1:{port}/hook"
            settings["WEBHOOK_SECRET"] = SECRET
            settings["LISTEN"] = f"127.0.0.1:{port}"
        return python(["-m", "bot", "run"], settings, cpu=1)


BOTS = (
    Bot("PTB echo, webhook", webhook=True),
    Bot("PTB echo, webhook, concurrent", webhook=True, concurrent=64),
    Bot("PTB echo, polling", webhook=False),
    Bot("PTB echo, polling, concurrent", webhook=False, concurrent=64),
    Bot("citydays, webhook", webhook=True, echo=False),
    Bot("citydays, polling", webhook=False, echo=False),
)


@dataclass(frozen=True)
class Figures:
    """Of one bot at one number in flight; milliseconds but for the first and the last (MB)."""

    per_second: float
    p50: float
    p99: float
    cpu: float
    rss: float


def python(arguments: list[str], settings: dict[str, str], cpu: int) -> "subprocess.Popen[bytes]":
    child = subprocess.Popen([sys.executable, *arguments], env={**os.environ, **settings})
    if hasattr(os, "sched_setaffinity") and len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(child.pid, {sorted(os.sched_getaffinity(0))[cpu]})
    return child


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss(pid: int | str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def load(base: str, in_flight: int, count: int, text: str) -> dict[str, float]:
    body = json.dumps({"count": count, "in_flight": in_flight, "text": text}).encode()
    opener = build_opener(ProxyHandler({}))  # a proxy of the environment is not for loopback
    try:
        with opener.open(Request(f"{base}/load", data=body), timeout=60) as answer:
            figures: dict[str, float] = json.load(answer)
    except TimeoutError:
        raise SystemExit(f"no answer to {text or 'a press'!r} within a minute") from None
    return figures


@contextmanager
def ended(child: "subprocess.Popen[bytes]") -> Iterator["subprocess.Popen[bytes]"]:
    try:
        yield child
    finally:
        child.terminate()
        child.wait(20)


def serving(port: int) -> "subprocess.Popen[bytes]":
    server = python(["-m", "tests.bench.fakebotapi", str(port)], {}, cpu=0)
    for _ in range(200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def measured(bot: Bot) -> tuple[float, list[Figures]]:
    """-> seconds from the process's start to its first answer, and the figures of each round."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder, ended(serving(port)):
        began = time.perf_counter()
        with ended(bot.start(base, Path(folder))) as child:
            load(base, 1, 1, "/start")
            first = time.perf_counter() - began
            load(base, 16, CHATS - 1, "/start")
            if not bot.echo:
                load(base, 16, CHATS, "")  # each chooses the first language on the buttons
            load(base, 64, 1000, QUESTION)  # which opens all connections there will be
            return first, [round_of(base, child.pid, *each) for each in ROUNDS]


def round_of(base: str, pid: int, in_flight: int, count: int) -> Figures:
    """The median of REPEATED rounds by CPU: these machines are seldom quiet."""
    rounds = sorted(
        (one_round(base, pid, in_flight, count) for _ in range(REPEATED)),
        key=lambda each: each.cpu,
    )
    return rounds[REPEATED // 2]


def one_round(base: str, pid: int, in_flight: int, count: int) -> Figures:
    before = cpu_seconds(pid)
    got = load(base, in_flight, count, QUESTION)
    spent = (cpu_seconds(pid) - before) / count * 1000
    return Figures(got["per_second"], got["p50_ms"], got["p99_ms"], spent, rss(pid))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="")
    wanted = options.parse_args().only
    print(
        f"{'':32}{'first':>8} |{'in flight':>10}{'/s':>8}{'p50':>8}{'p99':>8}{'CPU':>8}{'RSS':>6}"
    )
    results: dict[str, list[Figures]] = {}
    for bot in BOTS:
        if wanted in bot.name:
            first, results[bot.name] = measured(bot)
            for (in_flight, _), row in zip(ROUNDS, results[bot.name], strict=True):
                times = f"{row.p50:8.1f}{row.p99:8.1f}{row.cpu:8.2f}"
                start = f"{bot.name:32}{first:6.2f} s |{in_flight:10}"
                print(f"{start}{row.per_second:8.0f}{times}{row.rss:6.0f}", flush=True)
    compare(results)


def compare(results: dict[str, list[Figures]]) -> None:
    for way in ("webhook", "polling"):
        ours, echo = results.get(f"citydays, {way}"), results.get(f"PTB echo, {way}")
        if ours and echo:
            for (in_flight, _), mine, theirs in zip(ROUNDS, ours, echo, strict=True):
                cpu, p99 = mine.cpu / theirs.cpu, mine.p99 / theirs.p99
                times = f"{cpu:.2f} x the echo bot's CPU, {p99:.2f} x its p99"
                print(f"{way}, {in_flight} in flight: {times}")


if __name__ == "__main__":
    main()
