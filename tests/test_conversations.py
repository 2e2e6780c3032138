"""Every golden transcript, told anew by the real bot over HTTP, is as it is written."""

import difflib
from pathlib import Path

import pytest

from tests import telling

FILES = sorted(telling.CONVERSATIONS.glob("*/*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
async def test_conversation(file: Path, filled: Path, tmp_path: Path) -> None:
    written = file.read_text("utf-8")  # noqa: ASYNC240 - a small file, and nobody else waits
    told, violations = await telling.retell(written, filled, tmp_path / "bot.db")
    assert violations == []
    if told != written:
        lines = difflib.unified_diff(written.splitlines(), told.splitlines(), "written", "told")
        pytest.fail("\n".join(["the bot answers otherwise (make retell, read the diff):", *lines]))
