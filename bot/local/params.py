"""A call's parameters, typed (JSON body) or as text (form and query), read as one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.local.files import File
from bot.local.refusals import bad_request


@dataclass(frozen=True)
class Params:
    """Every reader raises RefusalError for a value that is missing or of another type."""

    raw: Mapping[str, Any]

    def has(self, name: str) -> bool:
        return self.raw.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        value = self.raw.get(name)
        return default if value is None else str(value)

    def number(self, name: str, default: int | None = None) -> int:
        if not self.has(name) and default is not None:
            return default
        try:
            return int(str(self.raw.get(name)))
        except ValueError:
            raise bad_request(f"{name} is not a whole number or missing") from None

    def real(self, name: str) -> float:
        try:
            return float(str(self.raw.get(name)))
        except ValueError:
            raise bad_request(f"{name} is not a number or missing") from None

    def flag(self, name: str) -> bool:
        return str(self.raw.get(name, "")).lower() in {"true", "1"}

    def tree(self, name: str) -> Any:
        """An object or a list, also where it came as JSON text; None when absent."""
        value = self.raw.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def upload(self, name: str) -> File | None:
        """A file part, named directly or as attach://part."""
        value = self.raw.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self.raw.get(value.removeprefix("attach://"))
        return value if isinstance(value, File) else None
