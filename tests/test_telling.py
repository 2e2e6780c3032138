import pytest

from bot.local import Server, World
from tests import telling
from tests.puppet import echo, puppet

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


@pytest.mark.parametrize("written", [TOLD, TOLD.replace("salam\n<", "salam\n< wrong\n\n<", 1)])
async def test_a_conversation_is_told_anew(server: Server, world: World, written: str) -> None:
    async with puppet(server, echo):
        stage = await telling.set_stage(world, written)
        assert await telling.tell(written, stage) == TOLD
    assert world.clock().isoformat() == "2025-11-24T18:00:00+04:00"
    assert stage.person.account.language == "az"


async def test_in_a_group_only_what_is_meant_for_the_bot_is_answered(
    server: Server, world: World
) -> None:
    script = "= chat: group\n= role: member\n> among us\n> /a\\nb\n"
    async with puppet(server, echo):
        stage = await telling.set_stage(world, script)
        told = await telling.tell(script, stage)
    assert stage.chat.standing[stage.person.id] == "member"
    assert told == (
        "= chat: group\n= role: member\n> among us\n< <b>You said</b>\n<\n< that\n< [More]\n"
        "> /a\\nb\n< <b>You said</b>\n<\n< /a\n< b\n< [More]\n"
    )
