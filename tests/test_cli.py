"""The command line: what goes wrong is one line, exit code 2, and nothing half-done is left."""

import contextlib
import io
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.__main__ import main
from bot.settings import Settings
from data.importer import PACKAGED

TOKEN = "1234567:TEST-token-that-opens-nothing"
ROOT = Path(__file__).parents[1]
SETTINGS = {name.upper() for name in Settings.model_fields}

Edited = Callable[[str, str, str], Path]


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty one to stand in, where no setting is set."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.upper().removesuffix("_FILE") in SETTINGS:
            monkeypatch.delenv(name)
    return tmp_path


def here(*arguments: str) -> Ended:
    """In this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(arguments)
        except SystemExit as ended:  # argparse leaves so
            code = int(ended.code or 0)
    return Ended(code, out.getvalue(), err.getvalue())


def apart(folder: Path, *arguments: str, **environment: str) -> Ended:
    """In a process of its own: the true exit code, logging and event loop."""
    clean = {key: value for key, value in os.environ.items() if key.upper() not in SETTINGS}
    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def refused(ended: Ended) -> str:
    """The one line; asserts that there is no other."""
    assert ended.code == 2, ended
    assert ended.out == ""
    (line,) = ended.err.splitlines()
    assert "Traceback" not in line
    assert TOKEN not in line
    return line


# -- what anybody may ask


def test_it_tells_its_version() -> None:
    assert here("--version") == (0, f"citydays {version('citydays')}\n", "")


def test_help_names_every_command() -> None:
    ended = here("--help")
    assert ended.code == 0
    for command in ("run", "demo", "chat", "content"):
        assert f"    {command}" in ended.out
    assert "README" in ended.out
    for command in ("content", "content import", "demo"):
        assert here(*command.split(), "--help").out.startswith(f"usage: citydays {command}")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "COMMAND"),
        (["walk"], "walk"),
        (["run", "--fast"], "--fast"),
        (["demo", "--port", "http"], "--port"),
        (["content"], "COMMAND"),
        (["content", "export"], "folder"),
        (["content", "export", "x", "--version", "new"], "--version"),
    ],
)
def test_a_command_that_is_not_known_is_told_with_its_usage(
    arguments: list[str], named: str
) -> None:
    ended = here(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("usage: citydays")
    assert named in ended.err.splitlines()[-1]


# -- settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", ""),
        ("BOT_TOKEN", f"{TOKEN} x"),
        ("ADMIN_IDS", "leyla"),
        ("WEBHOOK_URL", "here"),
        ("WEBHOOK_SECRET", "ə"),
        ("LISTEN", "8443"),
        ("TIME_ZONE", "Mars/Base"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("BOT_API_URL", "telegram"),
    ],
)
def test_run_refuses_a_wrong_setting(
    monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, value: str
) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv(name, value)
    assert refused(here("run")).startswith(f"citydays: {name}")
    assert list(folder.iterdir()) == []


# -- databases


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("citydays.db", "is no database address; one is sqlite+aiosqlite:///"),
        ("mysql://bot:s3cret@db/citydays", "mysql:// is not known; it must begin with"),
        ("sqlite+aiosqlite:///absent/x.db", "the folder absent does not exist"),
        ("sqlite+aiosqlite:///.", ". is a folder; name a file in it"),
        ("sqlite+aiosqlite://", "names no file"),
        ("sqlite+aiosqlite:///file/x.db", "the folder file does not exist"),
        ("sqlite+aiosqlite:////proc/x.db", "/proc/x.db cannot be opened"),
        ("sqlite+aiosqlite:///corrupt.db", "corrupt.db is not a database"),
    ],
)
@pytest.mark.parametrize("command", [["content", "versions"], ["content", "import"]], ids=" ".join)
def test_a_database_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, folder: Path, command: list[str], address: str, told: str
) -> None:
    Path(folder, "file").write_text("a file", "utf-8")
    Path(folder, "corrupt.db").write_text("no database " * 1000, "utf-8")
    monkeypatch.setenv("DATABASE_URL", address)
    line = refused(here(*command))
    assert line.removeprefix("citydays: ").startswith(f"DATABASE_URL: {told}")
    assert "s3cret" not in line
    # a connection's thread that outlives the loop would complain on stderr later
    assert [each for each in threading.enumerate() if "_connection" in each.name] == []
    assert {each.name for each in folder.iterdir()} == {"file", "corrupt.db"}
    assert Path(folder, "corrupt.db").read_text("utf-8") == "no database " * 1000


def test_a_damaged_database_is_not_written_to(
    monkeypatch: pytest.MonkeyPatch, database: Path
) -> None:
    pages = bytearray(database.read_bytes())
    for place in range(3 * 4096, len(pages) - 4096, 8192):
        pages[place : place + 64] = b"\xff" * 64
    database.write_bytes(pages)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{database}")
    line = refused(here("content", "import"))
    assert "DATABASE_URL: " in line
    assert "restore a backup" in line
    assert database.read_bytes() == bytes(pages)


@pytest.mark.parametrize("name", ["run", "demo"])
def test_the_bot_does_not_start_on_a_database_that_is_none(folder: Path, name: str) -> None:
    """Also where the demo keeps its own."""
    for file in ("corrupt.db", "citydays-demo.sqlite3"):
        Path(folder, file).write_text("no database " * 1000, "utf-8")
    address = "sqlite+aiosqlite:///corrupt.db"
    port = ["--port", str(free_port())] if name == "demo" else []
    ended = apart(folder, name, *port, BOT_TOKEN=TOKEN, DATABASE_URL=address)
    line = refused(ended._replace(out="" if name == "demo" else ended.out))
    assert "is not a database; name another file or restore a backup" in line
    assert len(list(folder.iterdir())) == 2


# -- ports


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def test_the_demos_port_is_taken(folder: Path, taken: int) -> None:
    line = refused(apart(folder, "demo", "--port", str(taken)))
    assert line == (
        f"citydays: port {taken} is taken; stop what listens there or give another: "
        "demo --port 8081"
    )
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_the_demos_port_is_none(folder: Path, port: str) -> None:
    ended = here("demo", "--port", port)
    assert ended.code == 2
    assert port in ended.err.splitlines()[-1]
    assert "Traceback" not in ended.err
    assert list(folder.iterdir()) == []


# -- content


@pytest.fixture
def content(folder: Path) -> Path:
    """The packaged content, to be changed."""
    shutil.copytree(str(PACKAGED), folder / "content")
    return folder / "content"


@pytest.fixture
def edited(content: Path) -> Edited:
    def edit(name: str, before: str, after: str) -> Path:
        file = content / name
        text = file.read_text("utf-8")
        assert before in text, f"{name} is written otherwise now"
        file.write_text(text.replace(before, after, 1), "utf-8")
        return file

    return edit


WRONG = [
    ("lachin.yaml", "kind: city", "kindd: city", ["kindd"]),
    ("lachin.yaml", "ru: Лачин}", "de: Latschin}", ["names", "ru"]),
    ("lachin.yaml", "id: lachin", "id: shusha", ["id", "shusha", "lachin.yaml"]),
    ("lachin-city-day.yaml", "  day: 26", "  day: 32", ["day"]),
    ("lachin-city-day.yaml", "  month: 8\n  day: 26", "  month: 2\n  day: 30", ["date"]),
    ("lachin.yaml", "kind: city", "kind: [city", ["line", "lachin.yaml:"]),
    ("lachin.yaml", "kind: city", "kind: city\nkind: city", ["kind", "twice"]),
    ("lachin.yaml", "\ntype: place", "\ntype: planet", ["type"]),
]


@pytest.mark.parametrize(("name", "before", "after", "named"), WRONG)
def test_a_wrong_content_file_is_told_with_its_key(
    edited: Edited, name: str, before: str, after: str, named: list[str]
) -> None:
    folder = edited(name, before, after).parent
    line = refused(here("content", "check", str(folder)))
    assert name in line
    assert any(each in line for each in named), line


def test_every_wrong_file_has_a_line(edited: Edited) -> None:
    edited("lachin.yaml", "kind: city", "kindd: city")
    folder = edited("shusha.yaml", "\ntype: place", "\ntype: planet").parent
    ended = here("content", "check", str(folder))
    assert (ended.code, ended.out) == (2, "")
    assert [
        name in line
        for name, line in zip(("lachin.yaml", "shusha.yaml"), ended.err.splitlines(), strict=True)
    ] == [True, True]


def test_an_id_stands_for_one_thing(content: Path) -> None:
    shutil.copyfile(content / "lachin.yaml", content / "lachin-2.yaml")
    assert "lachin" in refused(here("content", "check", str(content)))


def test_what_does_not_exist_cannot_be_cited(edited: Edited) -> None:
    folder = edited("lachin-city-day.yaml", "places: [lachin", "places: [atlantis, lachin").parent
    line = refused(here("content", "check", str(folder)))
    assert "atlantis" in line
    assert "lachin-city-day" in line


@pytest.mark.parametrize("path", ["absent", "empty"])
def test_there_is_nothing_to_read(folder: Path, path: str) -> None:
    Path(folder, "empty").mkdir()
    for command in ("check", "import"):
        assert path in refused(here("content", command, path))
    assert [each.name for each in folder.iterdir()] == ["empty"]


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch, database: Path) -> Path:
    """A database with the packaged content, which is named by the environment."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{database}")
    return database


@pytest.mark.usefixtures("stored")
def test_a_refused_import_leaves_the_version_as_it_is(edited: Edited) -> None:
    before = here("content", "versions")
    assert len(before.out.splitlines()) == 1
    wrong = edited("lachin-city-day.yaml", "places: [lachin", "places: [atlantis, lachin")
    refused(here("content", "import", str(wrong)))
    wrong.write_text("type: [", "utf-8")
    refused(here("content", "import", str(wrong.parent)))
    assert here("content", "versions") == before


@pytest.mark.usefixtures("stored")
def test_content_goes_in_and_comes_out_again(edited: Edited, folder: Path) -> None:
    file = edited("lachin.yaml", "en: Lachin,", "en: Lachin town,")
    again = here("content", "import")
    assert again == (0, "nothing differs from version 1\n", "")
    assert here("content", "import", str(file), "--note", "a try") == (
        0,
        "version 2: 0 added, 1 changed, 0 removed\n",
        "",
    )
    first, second = here("content", "versions").out.splitlines()
    assert first.startswith("1  ")
    assert second.startswith("2  ")
    assert second.endswith("command line: a try (0 added, 1 changed, 0 removed)")
    assert here("content", "export", "out").out == "version 2: 60 files in out\n"
    assert "Lachin town" in Path(folder, "out", "lachin.yaml").read_text("utf-8")
    assert here("content", "export", "old", "--version", "1").code == 0
    assert "Lachin town" not in Path(folder, "old", "lachin.yaml").read_text("utf-8")
    assert here("content", "import", "out").out == "nothing differs from version 2\n"
    assert here("content", "check", "out").out == "60 documents, all in order\n"


@pytest.mark.usefixtures("stored")
def test_what_cannot_be_exported(folder: Path) -> None:
    assert "7" in refused(here("content", "export", "out", "--version", "7"))
    Path(folder, "file").write_text("in the way", "utf-8")
    assert "file" in refused(here("content", "export", "file"))
    assert "file" in refused(here("content", "export", "file/out"))
    assert sorted(each.name for each in folder.iterdir()) == ["bot.db", "file"]


def test_an_empty_store_has_no_versions_to_show() -> None:
    assert here("content", "versions") == (0, "", "")
    assert refused(here("content", "export", "out")) == "nothing has been published yet"


def test_a_reader_who_has_had_enough_is_no_error(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "Laçın tarixi", "--lang", "az"],
        stdout=write,
        stderr=subprocess.PIPE,
        env={**os.environ, "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/none.db"},
        check=False,
    )
    os.close(write)
    assert (ended.returncode, ended.stderr) == (0, b"")
