"""Who may do what for everybody else, and what is written down of it."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Role = Literal["viewer", "editor", "publisher", "owner"]
"""Each may do what those before it may. A viewer reads reports and the log, an editor writes
announcements, a publisher has them sent, an owner gives the roles."""

ROLES: tuple[Role, ...] = get_args(Role)
GIVEN: tuple[Role, ...] = ROLES[:-1]
"""What an owner gives; owners themselves stand in ADMIN_IDS."""


def suffices(role: Role | None, needed: Role) -> bool:
    return role is not None and ROLES.index(role) >= ROLES.index(needed)


@dataclass(frozen=True)
class Deed:
    """One line of the log. ``actor`` is Telegram's number of a person, 0 the command line."""

    at: dt.datetime
    actor: int
    act: str
    """Like ``announcement.confirm``."""
    subject: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    """JSON."""

    def cells(self) -> tuple[str, ...]:
        """Of a line of a table, see COLUMNS."""
        details = json.dumps(self.details, ensure_ascii=False)
        return (self.at.isoformat(), str(self.actor), self.act, self.subject, details)


COLUMNS = ("at", "actor", "act", "subject", "details")
