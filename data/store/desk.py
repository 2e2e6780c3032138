"""What the editors' half of the program may ask of the store."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from data.model.staff import Deed, Role


@dataclass(frozen=True)
class Watch:
    """A message that shows how far a mailing is, in the language that it was asked for in."""

    mailing_id: int
    chat_id: int
    message_id: int
    language: str


class Desk(Protocol):
    """Roles, what is being written, whose progress is watched, and the log of all acts."""

    async def role(self, user_id: int) -> Role | None: ...

    async def roles(self) -> Mapping[int, Role]:
        """By number of the person, sorted."""

    async def give(self, user_id: int, role: Role | None) -> None:
        """None takes the role away."""

    async def draft(self, chat_id: int) -> str | None:
        """What is being written in the chat."""

    async def keep_draft(self, chat_id: int, body: str) -> None:
        """In the place of the one before."""

    async def drop_draft(self, chat_id: int) -> None: ...

    async def watch(self, watch: Watch) -> None:
        """One message of a chat shows one mailing; the newest does."""

    async def unwatch(self, watch: Watch) -> None: ...

    async def watches(self) -> Sequence[Watch]: ...

    async def write_down(self, deed: Deed) -> None:
        """For good: what has been written can be neither changed nor removed."""

    async def latest(self, many: int, skip: int = 0) -> Sequence[Deed]:
        """The newest first."""

    def deeds(self) -> AsyncIterator[Deed]:
        """All, the oldest first."""
