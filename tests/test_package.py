"""The wheel works on its own, away from the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.settings import Settings

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "data", "handlers", "locales")
SETTINGS = {name.upper() for name in Settings.model_fields}


def done(command: Sequence[str | Path], cwd: Path, **environment: str) -> str:
    """What it printed. Fails with what it complained of."""
    clean = {key: value for key, value in os.environ.items() if key.upper() not in SETTINGS}
    ended = subprocess.run(  # noqa: S603 - our own program, and pip
        [sys.executable, *command],
        cwd=cwd,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done(["-m", "hatchling", "build", "-t", "wheel", "-d", folder], ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    options = ["--no-deps", "--no-index", "--no-compile", "--quiet"]
    quiet = ["--disable-pip-version-check", "--root-user-action=ignore"]
    done(["-m", "pip", "install", *options, *quiet, "--target", folder, wheel], folder)
    return folder


def alone(installed: Path, cwd: Path, *arguments: str) -> str:
    """Only the installed package and its dependencies can be imported.

    Without ``site`` no .pth file leads back to the checkout.
    """
    dependencies = Path(pytest.__file__).parents[1]
    path = os.pathsep.join([str(installed), str(dependencies)])
    return done(["-S", "-P", *arguments], cwd, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1")


def test_everything_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {each for each in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in each}
    assert ours - packed == set()
    assert packed - ours == set()
    for needed in (
        "data/content/kalbajar-city-day.yaml",
        "locales/az/LC_MESSAGES/messages.po",
        "data/store/migrations/versions/0001_content_and_chats.py",
        "bot/local/assets/page.html",
    ):
        assert needed in packed
    assert not any(each.startswith("tests/") for each in packed)


def test_it_brings_its_licence_and_its_command(wheel: Path) -> None:
    files = zipfile.ZipFile(wheel)
    names = {each.partition(".dist-info/")[2]: each for each in files.namelist()}
    assert "licenses/LICENSE" in names
    assert "citydays = bot.__main__:main" in files.read(names["entry_points.txt"]).decode()


def test_it_tells_its_version(installed: Path, tmp_path: Path) -> None:
    told = alone(installed, tmp_path, "-m", "bot", "--version")
    assert told == f"citydays {version('citydays')}\n"


ROUND = """
import bot, data, handlers, json, locales
from bot.__main__ import main

print(json.dumps([each.__file__ for each in (bot, data, handlers, locales)]))
for command in (
    "content check",
    "content import --note first",
    "content export out",
    "content import out",
    "content versions",
):
    assert main(command.split()) == 0, command
"""


def test_its_content_goes_in_and_comes_out(installed: Path, tmp_path: Path) -> None:
    first, *told = alone(installed, tmp_path, "-c", ROUND).splitlines()
    assert all(Path(each).is_relative_to(installed) for each in json.loads(first))
    checked, imported, exported, again, versions = told
    number = len(list((ROOT / "data" / "content").glob("*.yaml")))
    assert checked == f"{number} documents, all in order"
    assert imported == f"version 1: {number} added, 0 changed, 0 removed"
    assert exported == f"version 1: {number} files in out"
    assert again == "nothing differs from version 1"
    assert versions.startswith("1  ")
    assert {each.name for each in tmp_path.iterdir()} >= {"citydays.sqlite3", "out"}


PAGE = """
import asyncio, re
import aiohttp
from bot.local import Server, World

async def look():
    async with Server(World()) as server, aiohttp.ClientSession(server.url) as session:
        waiting, seen = ["/"], set()
        while waiting:
            seen.add(path := waiting.pop())
            async with session.get(path) as answer:
                assert answer.status == 200, path
                text = await answer.text()
            found = re.findall(r'"(/page/asset/[\\w.]+)"', text)
            found += ["/page/asset/" + each for each in re.findall(r'from "\\./([\\w.]+)"', text)]
            waiting += [each for each in found if each not in seen]
        print(*sorted(seen), sep="\\n")

asyncio.run(look())
"""


def test_the_chat_page_comes_with_all_its_parts(installed: Path, tmp_path: Path) -> None:
    loaded = alone(installed, tmp_path, "-c", PAGE).split()
    parts = (ROOT / "bot" / "local" / "assets").iterdir()
    expected = {"/", *(f"/page/asset/{each.name}" for each in parts if each.suffix != ".html")}
    assert set(loaded) == expected


def test_the_bot_starts_from_it(installed: Path, tmp_path: Path) -> None:
    """The terminal chat is the whole bot, with a played Telegram."""
    command = "import sys, io; sys.stdin = io.StringIO('/programme kelbecer\\n')\n"
    command += "from bot.__main__ import main\nmain(['chat', '--lang', 'en'])"
    told = alone(installed, tmp_path, "-c", command)
    assert "Kalbajar City Day" in told
