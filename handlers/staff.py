"""/admin, /roles and /audit: who runs the bot, and what they have done."""

import json
import re
from collections.abc import Iterator, Mapping

from markupsafe import Markup

from data.model.staff import COLUMNS, GIVEN, Deed, Role, suffices
from handlers.ask import Ask, Services
from handlers.cards import offered
from handlers.editorial import note
from handlers.press import number_in
from handlers.reply import Button, File, Reply, bold, button, lines, rows
from handlers.routing import Command, Pressed
from handlers.sheets import sheet
from locales import N_, Speaker

PAGE = 15
"""Deeds of a page."""
DETAILS = 80
"""Letters of the details of a deed; all of them are in the file."""
_GIFT = re.compile(r"([1-9]\d{0,15})(?:\s+(\w+))?")


async def admin(ask: Ask, services: Services) -> Reply:
    speaker = ask.speaker
    role = await services.staff.role(ask.chat_id)
    return Reply(
        (
            bold(speaker.say("For those who run the bot")),
            speaker.say("Your role: {role}", role=role_name(speaker, role)),
            offered(speaker, await services.staff_offers_in(ask.chat_id)),
        ),
        rows(_menu(speaker, role)),
    )


async def roles(ask: Ask, services: Services) -> Reply:
    """``words``: the number of a person, and a role. Without one the roles are listed."""
    if not ask.words.strip():
        return await _listed(ask, services)
    found = _GIFT.fullmatch(ask.words.strip().lower())
    if found is None:
        return Reply((_usage(ask.speaker),))
    user_id, role = int(found[1]), found[2]
    if role is None:
        return _person(ask, user_id, (await services.desk.roles()).get(user_id))
    return await _give(ask, services, user_id, role)


async def role_pressed(ask: Ask, services: Services) -> Reply:
    """``args``: nothing, or a person's number, or that and a role (``none`` takes it away)."""
    user_id = number_in(ask.args)
    match ask.args:
        case (_,) if user_id:
            return _person(ask, user_id, (await services.desk.roles()).get(user_id))
        case (_, role) if user_id:
            return await _give(ask, services, user_id, role)
    return await _listed(ask, services)


async def audit(ask: Ask, services: Services) -> Reply:
    """``args``: the page, from 0."""
    speaker = ask.speaker
    page = number_in(ask.args)
    found = await services.desk.latest(PAGE + 1, page * PAGE)
    shown = [_line(speaker, each, services) for each in found[:PAGE]]
    back = (button("⬅️", "au", page - 1),) if page else ()
    on = (button("➡️", "au", page + 1),) if len(found) > PAGE else ()
    save = (button("📄 " + speaker.term("button", "List (CSV)"), "auf"),) if shown else ()
    none = speaker.say("There are no entries yet.")
    return Reply(
        (bold(speaker.say("Log")), lines(*shown) if shown else none), ((*back, *on), save)
    )


async def audit_file(ask: Ask, services: Services) -> Reply:
    rows = (deed.cells() async for deed in services.desk.deeds())
    file = File("audit.csv", await sheet(COLUMNS, rows))
    await note(ask, services, "audit.export", "")
    return Reply((ask.speaker.say("All entries of the log."),), apart=True, file=file)


def role_name(speaker: Speaker, role: Role | None) -> str:
    match role:
        case "owner":
            return speaker.term("role", "owner")
        case "publisher":
            return speaker.term("role", "publisher (has announcements sent)")
        case "editor":
            return speaker.term("role", "editor (writes announcements)")
        case "viewer":
            return speaker.term("role", "viewer (reads reports, statistics and the log)")
    return speaker.term("role", "none")


async def _give(ask: Ask, services: Services, user_id: int, role: str) -> Reply:
    speaker = ask.speaker
    if user_id in services.staff.owners:
        return Reply((speaker.say("{id} is an owner; ADMIN_IDS says so.", id=user_id),))
    given = next((each for each in GIVEN if each == role), None)
    if given is None and role != "none":
        return Reply((_usage(speaker),))
    was = (await services.desk.roles()).get(user_id)
    if was != given:
        await services.staff.give(user_id, given)
        await note(ask, services, "role.give", str(user_id), was=was, role=given)
    return _person(ask, user_id, given)


async def _listed(ask: Ask, services: Services) -> Reply:
    speaker = ask.speaker
    owners: dict[int, Role] = dict.fromkeys(sorted(services.staff.owners), "owner")
    given = await services.desk.roles()
    every: Mapping[int, Role] = {**owners, **{k: given[k] for k in given if k not in owners}}
    return Reply(
        (
            bold(speaker.say("Roles")),
            lines(*(_member(speaker, user_id, every[user_id]) for user_id in every)),
            _usage(speaker),
        ),
        rows(button(str(user_id), "ro", user_id) for user_id in given if user_id not in owners),
    )


def _person(ask: Ask, user_id: int, role: Role | None) -> Reply:
    speaker = ask.speaker
    return Reply(
        (_member(speaker, user_id, role),),
        (
            *((_choice(speaker, user_id, each, each == role),) for each in GIVEN),
            (button("🗑 " + speaker.term("button", "Take the role away"), "ro", user_id, "none"),),
            (button("⬅️ " + speaker.term("button", "Roles"), "ro"),),
        ),
    )


def _menu(speaker: Speaker, role: Role | None) -> Iterator[Button]:
    """What the role allows."""
    if suffices(role, "editor"):
        yield button("📢 " + speaker.term("button", "New announcement"), "a")
    yield button("📨 " + speaker.term("button", "All announcements"), "ml")
    if suffices(role, "owner"):
        yield button("👤 " + speaker.term("button", "Roles"), "ro")
    yield button("📊 " + speaker.term("button", "Statistics"), "st")
    yield button("📜 " + speaker.term("button", "Log"), "au")


def _choice(speaker: Speaker, user_id: int, role: Role, chosen: bool) -> Button:
    mark = "✅ " if chosen else "▫️ "
    return button(mark + speaker.first_upper(role_name(speaker, role)), "ro", user_id, role)


def _member(speaker: Speaker, user_id: int, role: Role | None) -> Markup:
    return speaker.say("<code>{id}</code> – {role}", id=user_id, role=role_name(speaker, role))


def _usage(speaker: Speaker) -> Markup:
    return speaker.say(
        "Give a role with the person’s number and one of viewer, editor, publisher or none: "
        "<i>/roles 123456789 editor</i>. /mydata tells people their number (chat_id)."
    )


def _line(speaker: Speaker, deed: Deed, services: Services) -> Markup:
    """``25.11.2025 10:00 · 101 · announcement.confirm · 3``"""
    at = deed.at.astimezone(services.zone)
    details = json.dumps(deed.details, ensure_ascii=False) if deed.details else ""
    short = details if len(details) <= DETAILS else f"{details[:DETAILS]}…"
    parts = [f"{at:%d.%m.%Y %H:%M}", str(deed.actor), deed.act, deed.subject, short]
    return Markup(" · ").join(part for part in parts if part)


ROUTES = (
    Command("admin", admin, N_("For those who run the bot"), staff="viewer"),
    Command("roles", roles, N_("Who may do what"), staff="owner"),
    Command("audit", audit, N_("What they have done"), staff="viewer"),
    Pressed("ro", role_pressed, staff="owner"),
    Pressed("au", audit, staff="viewer"),
    Pressed("auf", audit_file, staff="viewer"),
)
