"""The parameters of a call as the body of a request, just as PTB's own wire sends them."""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import aiohttp
from telegram.request import RequestData

if TYPE_CHECKING:  # PTB has no public name for files by the names of their fields
    from telegram._utils.types import UploadFileDict

URL_ENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Form:
    """URL-encoded already."""

    body: bytes

    async def encoded(self) -> tuple[bytes, str]:
        """-> (the body, its type)."""
        return self.body, URL_ENCODED if self.body else ""


@dataclass(frozen=True)
class Upload:
    """Multipart, as there are files."""

    fields: dict[str, str]
    files: "UploadFileDict"

    async def encoded(self) -> tuple[bytes, str]:
        """As above."""
        form = aiohttp.FormData(quote_fields=False)
        for name, value in self.fields.items():
            form.add_field(name, value)
        for name, (filename, content, mime) in self.files.items():
            file = io.BytesIO(content) if isinstance(content, bytes) else content
            form.add_field(name, file, filename=filename, content_type=mime)
        parts = form()
        return await parts.as_bytes(), parts.headers["Content-Type"]


Body = Form | Upload


def body_of(data: RequestData | None) -> Body:
    """Of what PTB wants to send."""
    fields = data.json_parameters if data else {}
    if data and data.multipart_data:
        return Upload(fields, data.multipart_data)
    pairs = (
        f"{name}={value if value.isascii() and value.isdigit() else _quoted(value)}"
        for name, value in fields.items()
    )
    return Form("&".join(pairs).encode())


@lru_cache(maxsize=256)
def _quoted(value: str) -> str:
    """Quoting a long answer costs more than sending it, and many people get the same answer."""
    return quote_plus(value)
