"""The chat page: a messenger in the browser, for everybody in the world."""

import json
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any

from aiohttp import web

from bot.local.chats import Chat
from bot.local.deeds import DEEDS, Deed
from bot.local.people import Person
from bot.local.refusals import RefusalError
from bot.local.view import chats_of, view
from bot.local.world import World

JSON = dict[str, Any]
ASSETS = {
    "page.html": "text/html",
    "page.css": "text/css",
    "page.js": "text/javascript",
    "screen.js": "text/javascript",
    "windows.js": "text/javascript",
    "drawing.js": "text/javascript",
    "state.js": "text/javascript",
    "words.js": "text/javascript",
}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp")


def add_to(application: web.Application, world: World) -> None:
    page = Page(world)
    application.router.add_get("/", page.asset)
    application.router.add_get("/page/asset/{name}", page.asset)
    application.router.add_get("/page/view", page.view)
    application.router.add_get("/page/events", page.events)
    application.router.add_get("/page/file/{id}", page.file)
    application.router.add_post("/page/do/{deed}", page.do)


class Page:
    def __init__(self, world: World) -> None:
        self._world = world

    async def asset(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "page.html")
        if name not in ASSETS:
            raise web.HTTPNotFound
        text = resources.files("bot.local").joinpath("assets", name).read_text("utf-8")
        return web.Response(text=text, content_type=ASSETS[name], headers=HEADERS)

    async def view(self, request: web.Request) -> web.Response:
        """For whom and which chat the query says; else for the first person, in private."""
        me, chat = self._place(request.query.get("me"), request.query.get("chat"))
        return web.json_response(view(self._world, me, chat), headers=HEADERS)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Says that there is something new, never what."""
        response = web.StreamResponse(headers=HEADERS | {"Content-Type": "text/event-stream"})
        await response.prepare(request)
        seen = -1
        while True:
            if seen == self._world.changed.count:
                await self._world.changed.wait()
            seen = self._world.changed.count
            await response.write(f"data: {seen}\n\n".encode())

    async def do(self, request: web.Request) -> web.Response:
        """JSON only, which no other site's form can send."""
        deed = DEEDS.get(request.match_info["deed"])
        if deed is None or request.content_type != "application/json":
            raise web.HTTPNotFound
        said = await request.json()
        try:
            me, chat = self._place(said.get("me"), said.get("chat"))
            outcome = await deed(Deed(self._world, me, chat, said))
        except (LookupError, ValueError, TimeoutError, RefusalError) as error:
            return web.json_response({"error": str(error)}, status=400, headers=HEADERS)
        return web.json_response(outcome, headers=HEADERS)

    async def file(self, request: web.Request) -> web.Response:
        try:
            file = self._world.files.get(request.match_info["id"])
        except RefusalError:
            raise web.HTTPNotFound from None
        shown = file.mime if file.mime in INLINE else "application/octet-stream"
        return web.Response(body=file.data, content_type=shown, headers=HEADERS)

    def _place(self, me: object, chat: object) -> tuple[Person, Chat]:
        people = self._world.people or {0: self._world.person(101, "Leyla", "az")}
        person = people.get(_number(me)) or next(iter(people.values()))
        seen = {each.id: each for each in chats_of(self._world, person)}
        return person, seen.get(_number(chat), person.chat)


def _number(value: object) -> int:
    try:
        return int(json.loads(str(value)))
    except (ValueError, TypeError):
        return 0
