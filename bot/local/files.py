"""Files on Telegram's servers, and how a message tells of them."""

from dataclasses import dataclass
from typing import Any

from bot.local.refusals import bad_request

JSON = dict[str, Any]
IMAGES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
ONE_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c494441"
    "54789c63d0cff7030001bd00edba6a3b5d0000000049454e44ae426082"
)


@dataclass(frozen=True)
class File:
    id: str
    name: str
    mime: str
    data: bytes

    def json(self) -> JSON:
        return {
            "file_id": self.id,
            "file_unique_id": f"u{self.id}",
            "file_size": len(self.data),
        }


class Files:
    def __init__(self) -> None:
        self._kept: dict[str, File] = {}

    def keep(self, name: str, data: bytes, mime: str = "application/octet-stream") -> File:
        kind = next((m for magic, m in IMAGES.items() if data.startswith(magic)), mime)
        file = File(f"file-{len(self._kept) + 1}", name, kind, data)
        self._kept[file.id] = file
        return file

    def get(self, file_id: str) -> File:
        """Raises RefusalError when there is none; an address is not fetched either."""
        if file_id not in self._kept:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self._kept[file_id]


def photo(file: File) -> JSON:
    """Raises RefusalError when the file is no picture."""
    if file.mime not in IMAGES.values():
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = 320, 240
    if file.mime == "image/png":
        width, height = (int.from_bytes(file.data[at : at + 4], "big") for at in (16, 20))
    return {"photo": [file.json() | {"width": width, "height": height}]}


def document(file: File) -> JSON:
    return {"document": file.json() | {"file_name": file.name, "mime_type": file.mime}}


def sticker(file: File) -> JSON:
    kind = {"type": "regular", "is_animated": False, "is_video": False, "emoji": "🙂"}
    return {"sticker": file.json() | kind | {"width": 512, "height": 512}}


def voice(file: File) -> JSON:
    return {"voice": file.json() | {"duration": 3, "mime_type": "audio/ogg"}}


def location(latitude: float, longitude: float) -> JSON:
    return {"location": {"latitude": latitude, "longitude": longitude}}
