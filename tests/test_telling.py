from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.local import Server, World
from data.model.documents import ContentError
from data.store import Store
from tests import telling
from tests.puppet import JSON, echo, puppet

TOLD = """\
# Somebody tries the echo.
= client: az
> salam
< <b>You said</b>
<
< salam
< [More]

> [More]
< (Noted)

<~ <i>more</i>
> {sticker}
< <b>You said</b>
<
< that
< [More]
@ 2025-11-24T18:00:00+04:00
"""


def to_all(update: JSON) -> Iterable[tuple[str, JSON]]:
    """Passes on what is said to all who came before, by their ids."""
    if message := update.get("message"):
        who, what = message["from"]["id"], message.get("text", "that")
        for each in range(101, who + 1):
            yield "sendMessage", {"chat_id": each, "text": f"{who}: {what}"}


@pytest.mark.parametrize("written", [TOLD, TOLD.replace("salam\n<", "salam\n< wrong\n\n<", 1)])
async def test_a_conversation_is_told_anew(server: Server, world: World, written: str) -> None:
    async with puppet(server, echo):
        stage = await telling.set_stage(world, written)
        assert await telling.tell(written, stage) == TOLD
    assert world.clock().isoformat() == "2025-11-24T18:00:00+04:00"
    assert stage.actors[""].person.account.language == "az"


async def test_in_a_group_only_what_is_meant_for_the_bot_is_answered(
    server: Server, world: World
) -> None:
    script = "= chat: group\n= role: member\n> among us\n> /a\\nb\n"
    async with puppet(server, echo):
        stage = await telling.set_stage(world, script)
        told = await telling.tell(script, stage)
    speaker = stage.actors[""]
    assert speaker.chat.standing[speaker.person.id] == "member"
    assert told == (
        "= chat: group\n= role: member\n> among us\n< <b>You said</b>\n<\n< that\n< [More]\n"
        "> /a\\nb\n< <b>You said</b>\n<\n< /a\n< b\n< [More]\n"
    )


async def test_each_of_several_people_has_a_chat_of_their_own(
    server: Server, world: World
) -> None:
    script = "= people: Rauf ru, Nigar en\n> salam\nRauf> привет\nNigar> {sticker}\nRauf>~ да\n"
    async with puppet(server, to_all):
        stage = await telling.set_stage(world, script)
        told = await telling.tell(script, stage)
    assert told == (
        "= people: Rauf ru, Nigar en\n"
        "> salam\n< 101: salam\n"
        "Rauf> привет\n< 102: привет\n\nRauf< 102: привет\n"
        "Nigar> {sticker}\n< 103: that\n\nRauf< 103: that\n\nNigar< 103: that\n"
        "Rauf>~ да\n"
    )
    assert world.person(102).account.language == "ru"


async def test_in_a_group_the_others_speak_in_private(server: Server, world: World) -> None:
    script = "= chat: group\n= people: Rauf ru\n> /a\nRauf> /b\n"
    async with puppet(server, echo):
        stage = await telling.set_stage(world, script)
        told = await telling.tell(script, stage)
    assert "Rauf> /b\nRauf< <b>You said</b>\nRauf<\nRauf< /b\nRauf< [More]\n" in told
    assert "\n< /a\n" in told


async def test_nobody_of_that_name_says_anything(server: Server, world: World) -> None:
    async with puppet(server, echo):
        stage = await telling.set_stage(world, "")
        with pytest.raises(KeyError, match="Rauf"):
            await telling.tell("Rauf> /b\n", stage)


async def test_an_editor_changes_the_content(filled: Path, tmp_path: Path) -> None:
    script = "! kalbajar-2025/fireworks {time: '20:00'}\n! kalbajar-2025 {status: cancelled}\n"
    told, _ = await telling.retell(script, filled, tmp_path / "bot.db")
    assert told == script
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}") as store:
        edition = await store.contents.load()
    *_, programme = edition.bodies["kalbajar-city-day"]["programmes"]
    assert programme["status"] == "cancelled"
    assert programme["items"][-1]["time"] == "20:00"


async def test_a_change_that_does_not_fit_is_refused(filled: Path, tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="status"):
        await telling.retell("! kalbajar-2025 {status: lost}\n", filled, tmp_path / "bot.db")
