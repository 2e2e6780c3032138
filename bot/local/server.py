"""The Bot API over HTTP on loopback, for one world."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot.local import asking, editing, page, sending, updating
from bot.local.faults import Fault
from bot.local.files import File
from bot.local.mailbox import Update
from bot.local.params import Params
from bot.local.refusals import RefusalError
from bot.local.world import World

JSON = dict[str, Any]
Check = Callable[[str, Mapping[str, Any]], list[str]]
METHODS: dict[str, Callable[[World, Params], Awaitable[Any]]] = {
    **sending.METHODS,
    **editing.METHODS,
    **asking.METHODS,
    **updating.METHODS,
}
UPLOAD_LIMIT = 50 * 2**20
PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True)
class Call:
    """A request of the bot; `status` 0 when its connection was cut."""

    method: str
    params: Mapping[str, Any]
    at: datetime
    status: int
    description: str = ""


@dataclass
class Server:
    """`check(method, params)` names what the Bot API's description forbids; it is kept in
    `violations`. File parts are there as {"__file__": name}. Use `async with`, or start/stop."""

    world: World
    check: Check | None = None
    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    url: str = ""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Port 0 takes a free one. Raises OSError when the port is taken."""
        application = web.Application(client_max_size=UPLOAD_LIMIT)
        application.router.add_route("*", "/bot{token}/{method}", self._answer)
        application.router.add_get("/file/bot{token}/files/{id}/{name}", self._download)
        page.add_to(application, self.world)
        self._session = ClientSession(timeout=ClientTimeout(total=PATIENCE.total_seconds()))
        self.world.webhook.post = self._push
        self._runner = web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError:
            await self.stop()
            raise
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self.world.webhook.stop()
        await self._session.close()
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def called(self, method: str) -> list[Call]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    # -- one call

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.world.token:
            return _refusal(RefusalError(401, "Unauthorized"))
        method, params = request.match_info["method"], await self._params(request)
        if self.check:
            plain = {k: _recorded(v) for k, v in params.raw.items()}
            self.violations += [f"{method}: {finding}" for finding in self.check(method, plain)]
        fault = self.world.faults.draw(method, _chat_id(params))
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.delay.total_seconds())
        elif fault and fault.kind != "drop_after":
            return self._fail(request, fault, params)
        try:
            response = _json({"ok": True, "result": await self._call(method, params)})
            self._record(method, params, 200)
        except RefusalError as refused:
            response = _refusal(refused)
            self._record(method, params, refused.code, refused.description)
        return _cut(request) if fault and fault.kind == "drop_after" else response

    async def _call(self, method: str, params: Params) -> Any:
        if call := METHODS.get(method.lower()):
            return await call(self.world, params)
        raise RefusalError(404, "Not Found")

    def _fail(self, request: web.Request, fault: Fault, params: Params) -> web.StreamResponse:
        method = request.match_info["method"]
        if fault.kind == "drop_before":
            self._record(method, params, 0, "dropped")
            return _cut(request)
        if fault.kind == "flood":
            reason, left = f"Too Many Requests: retry after {fault.retry_after}", fault.retry_after
            self._record(method, params, 429, reason)
            return _refusal(RefusalError(429, reason, retry_after=left))
        self._record(method, params, fault.status, "fault")
        if fault.kind == "broken":
            return _refusal(RefusalError(fault.status, "Bad Gateway"))
        return web.Response(status=fault.status, text="<html>gateway</html>")

    def _record(self, method: str, params: Params, status: int, description: str = "") -> None:
        plain = {key: _recorded(value) for key, value in params.raw.items()}
        self.calls.append(Call(method, plain, self.world.clock(), status, description))

    async def _params(self, request: web.Request) -> Params:
        raw: JSON = dict(request.query)
        if request.content_type == "application/json":
            with contextlib.suppress(ValueError):
                raw |= await request.json() if request.can_read_body else {}
        elif request.can_read_body:
            for name, value in (await request.post()).items():
                raw[name] = value if isinstance(value, str) else self._kept(value)
        return Params(raw)

    def _kept(self, part: web.FileField | bytes | bytearray) -> File:
        if isinstance(part, web.FileField):
            return self.world.files.keep(part.filename, part.file.read(), part.content_type)
        return self.world.files.keep("file", bytes(part))

    # -- outwards

    async def _push(self, url: str, secret: str, update: Update) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        try:
            async with self._session.post(url, json=update, headers=headers) as response:
                return response.status
        except (ClientError, TimeoutError):
            return 0

    async def _download(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.world.token:
            raise web.HTTPUnauthorized
        try:
            file = self.world.files.get(request.match_info["id"])
        except RefusalError:
            raise web.HTTPNotFound from None
        return web.Response(body=file.data, content_type=file.mime)


def _chat_id(params: Params) -> int | None:
    try:
        return params.number("chat_id")
    except RefusalError:
        return None


def _recorded(value: Any) -> Any:
    return {"__file__": value.name} if isinstance(value, File) else value


def _cut(request: web.Request) -> web.Response:
    """Ends the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()


def _json(body: JSON, status: int = 200) -> web.Response:
    return web.Response(
        text=json.dumps(body, ensure_ascii=False), status=status, content_type="application/json"
    )


def _refusal(refused: RefusalError) -> web.Response:
    body: JSON = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return _json(body, refused.code)
