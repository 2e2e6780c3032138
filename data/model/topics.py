"""What a chat talks of just now."""

from dataclasses import dataclass

from data.model.dates import NOTHING, Said


@dataclass(frozen=True)
class Topic:
    """Enough of the last answer to understand “and a concert?” after it; nobody's words.

    ``subjects`` are ids of commemorations, places and regions. ``ideas`` are what was asked about
    them, by the names that the clues in ``data/content/words`` have. ``said`` is as much of a
    date as was named.
    """

    subjects: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    said: Said = NOTHING

    def __bool__(self) -> bool:
        """Whether it is about anything: thanks are not, and leave what was talked of before."""
        return bool(self.subjects) or self.said != NOTHING
