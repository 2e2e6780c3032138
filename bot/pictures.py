"""Plots become pictures in a process of their own, which ends with its memory."""

import asyncio
import json
import logging
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from data.model.plots import Plot

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds: the first picture of a machine takes some, while matplotlib looks for fonts."""
COMMAND = (sys.executable, "-m", "bot.drawing")
HERE = Path(__file__).parents[1]


class Painter:
    """One picture at a time."""

    def __init__(self, command: tuple[str, ...] = COMMAND, patience: float = PATIENCE) -> None:
        self._command = command
        self._patience = patience
        self._turn = asyncio.Lock()

    async def picture(self, plot: Plot) -> bytes | None:
        """PNG; None when there is none, which the log explains."""
        async with self._turn:
            try:
                return await self._painted(json.dumps(asdict(plot)).encode())
            except (OSError, TimeoutError) as error:
                log.warning("there is no picture: %s", str(error) or "it took too long")
                return None

    async def _painted(self, plot: bytes) -> bytes | None:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=HERE
        )
        try:
            async with asyncio.timeout(self._patience):
                picture, told = await process.communicate(plot)
        finally:
            with suppress(ProcessLookupError):  # it has ended by itself
                process.kill()
            await process.wait()
        if process.returncode:
            last = told.decode(errors="replace").strip().splitlines()[-1:]
            log.warning("there is no picture: %s", *last or ["the painter failed"])
            return None
        return picture or None
