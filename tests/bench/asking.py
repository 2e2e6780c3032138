"""Prints what answering a free question costs, beside bare rapidfuzz over the same gazetteer.

The questions are the development sets, each once, in a fixed disorder; follow-ups are left out.
Bare rapidfuzz only looks for the nearest name; ours reads, decides and composes an answer.
``--fuzz N`` instead answers N mangled questions and noise, and fails at the first exception or
broken markup.
"""

import argparse
import datetime as dt
import json
import random
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from rapidfuzz import fuzz, process

import locales
from data import importer
from data.library import Library
from data.model.letters import tokens
from handlers.answers import Answerer
from tests.questions.fuzzing import texts, well_formed

QUESTIONS = Path(__file__).parents[1] / "questions"
TODAY = dt.date(2025, 11, 24)


def main() -> None:
    speakers = locales.load()
    library = content(frozenset(speakers))
    asked = questions()
    before, began = rss(), time.process_time()
    answerer = Answerer(library, speakers)
    start, added = time.process_time() - began, rss() - before
    names = [" ".join(phrase) for phrase in library.gazetteer.phrases]
    ours = timed(asked, lambda text: answerer.answer(text, TODAY))
    bare = timed(asked, lambda text: nearest(text, names))
    print(f"{len(asked)} questions, {len(names)} names")
    print("                    p50 ms  p99 ms")
    for name, times in (("citydays", ours), ("bare rapidfuzz", bare)):
        print(f"{name:18s} {share(times, 0.5):7.2f} {share(times, 0.99):7.2f}")
    print(f"citydays takes {sum(ours) / sum(bare):.2f} x the time of bare rapidfuzz")
    print(f"start-up {start:.2f} s of CPU, {added:.1f} MB added")


def content(languages: frozenset[str]) -> Library:
    documents = importer.read(importer.PACKAGED, languages)
    return Library.build(1, dt.datetime.now(dt.UTC), documents)


def answer_odd(count: int) -> None:
    """Raises whatever an answer raises, with the text that it was to."""
    speakers = locales.load()
    answerer = Answerer(content(frozenset(speakers)), speakers)
    topic, languages, times = None, [*speakers, None], []
    for n, text in enumerate(texts(questions(), count)):
        began = time.perf_counter()
        try:
            answer = answerer.answer(text, TODAY, languages[n % len(languages)], topic)
            times.append((time.perf_counter() - began) * 1000)
            well_formed(answer)
        except Exception as error:
            error.add_note(f"the text: {text!r}")
            raise
        topic = answer.topic if n % 2 else None
    times.sort()
    print(f"{count} odd texts: p50 {share(times, 0.5):.2f} ms, p99 {share(times, 0.99):.2f} ms")


def questions() -> list[str]:
    """Every development question that stands alone."""
    files = sorted(file for file in QUESTIONS.glob("*.jsonl") if "heldout" not in file.name)
    every = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    alone = [each["text"] for each in every if not each.get("context")]
    random.Random(1).shuffle(alone)
    return alone


def nearest(text: str, names: list[str]) -> object:
    return process.extractOne(" ".join(tokens(text)), names, scorer=fuzz.WRatio)


def timed(asked: Iterable[str], answer: Callable[[str], object]) -> list[float]:
    """Milliseconds of each question, sorted."""
    times = []
    for text in asked:
        began = time.perf_counter()
        answer(text)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def share(times: list[float], of: float) -> float:
    return times[int(len(times) * of)]


def rss() -> float:
    """Megabytes of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--fuzz", type=int, default=0, metavar="N")
    if wanted := options.parse_args().fuzz:
        answer_odd(wanted)
    else:
        main()
