"""Who runs the bot: its owners, and those to whom they gave a role."""

from collections.abc import Mapping

from cachetools import TTLCache

from data.model.staff import Role, suffices
from data.store.desk import Desk

SECONDS = 10
"""How long another process's change may go unnoticed where it decides nothing."""


class Crew:
    """``owners`` are those of ADMIN_IDS."""

    def __init__(self, owners: frozenset[int], desk: Desk) -> None:
        self.owners = owners
        self._desk = desk
        self._remembered: TTLCache[str, Mapping[int, Role]] = TTLCache(1, SECONDS)

    async def role(self, user_id: int) -> Role | None:
        """As it is at this moment: what is taken away no longer counts."""
        return "owner" if user_id in self.owners else await self._desk.role(user_id)

    async def knows(self, user_id: int) -> bool:
        """Whether to look for what such a person is writing; cheap enough for every message."""
        if user_id in self.owners:
            return True
        if "all" not in self._remembered:
            self._remembered["all"] = await self._desk.roles()
        return user_id in self._remembered["all"]

    async def those(self, needed: Role) -> tuple[int, ...]:
        """All whose role suffices."""
        given = await self._desk.roles()
        return (
            *sorted(self.owners),
            *(each for each in given if each not in self.owners and suffices(given[each], needed)),
        )

    async def give(self, user_id: int, role: Role | None) -> None:
        await self._desk.give(user_id, role)
        self._remembered.clear()
