"""The methods by which a bot gets its updates."""

from typing import Any

from bot.local.mailbox import Update
from bot.local.params import Params
from bot.local.refusals import RefusalError
from bot.local.world import World

JSON = dict[str, Any]


async def get_updates(world: World, params: Params) -> list[Update]:
    if world.webhook.url:
        reason = "can't use getUpdates method while webhook is active; use deleteWebhook"
        raise RefusalError(409, f"Conflict: {reason} to delete the webhook first")
    _allow(world, params)
    limit, wait = params.number("limit", 100), params.number("timeout", 0)
    return await world.mailbox.take(params.number("offset", 0), limit, wait)


async def set_webhook(world: World, params: Params) -> bool:
    _allow(world, params)
    if params.flag("drop_pending_updates"):
        world.mailbox.confirm(*world.mailbox.pending)
    connections = params.number("max_connections", 40)
    await world.webhook.set(params.text("url"), params.text("secret_token"), connections)
    return True


async def delete_webhook(world: World, params: Params) -> bool:
    return await set_webhook(world, Params({**params.raw, "url": ""}))


async def webhook_info(world: World, _: Params) -> JSON:
    info: JSON = {
        "url": world.webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.mailbox.pending),
    }
    if world.webhook.last_error:
        info["last_error_message"] = world.webhook.last_error
    if world.mailbox.allowed:
        info["allowed_updates"] = list(world.mailbox.allowed)
    return info


def _allow(world: World, params: Params) -> None:
    """Left out, the earlier choice stays; an empty list is Telegram's default."""
    wanted = params.tree("allowed_updates")
    if wanted is not None or "allowed_updates" in params.raw:
        world.mailbox.allowed = wanted


METHODS = {
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": webhook_info,
}
