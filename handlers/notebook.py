"""What is being written in a chat. It lies in the store; one chat has one.

Each change gives the draft another nonce, which the button that confirms carries: so it works
once, and for nothing but what was looked at.
"""

import secrets
from typing import Any

from pydantic import ValidationError

from data.model.announcements import Draft
from handlers.ask import Ask, Services


async def write(ask: Ask, services: Services, **changes: Any) -> Draft:
    """The draft with these changes, kept."""
    before = await draft(ask, services)
    changed = before.model_copy(update={**changes, "nonce": secrets.token_hex(6)})
    await services.desk.keep_draft(ask.chat_id, changed.model_dump_json())
    return changed


async def draft(ask: Ask, services: Services) -> Draft:
    """An empty one where there is none yet."""
    return await read(ask, services) or Draft(nonce=secrets.token_hex(6))


async def read(ask: Ask, services: Services) -> Draft | None:
    """None where there is none, or an older version of the program wrote it."""
    body = await services.desk.draft(ask.chat_id)
    try:
        return Draft.model_validate_json(body) if body else None
    except ValidationError:
        return None
