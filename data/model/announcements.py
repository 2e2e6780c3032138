"""An announcement while it is written: what is said, to whom and when."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import AwareDatetime

from data.model.outbox import Audience
from data.model.texts import Value

LONGEST_TEXT = 3800
LONGEST_CAPTION = 1000
"""Letters under a photo; Telegram allows 1024."""
NOBODY = "nobody"
"""In ``others``: who has no text gets nothing."""
GRACE = dt.timedelta(seconds=3)
"""Between the button and the first message: what was pressed by mistake can be called off."""
LIFE = dt.timedelta(days=3)
"""After that it is not sent to those who have not been reached."""


class Way(Value):
    """The button under the text; opens an address."""

    text: str
    url: str


class Draft(Value):
    """``nonce`` names this state of the draft: whatever changes it makes older buttons void.

    ``texts`` are Telegram's HTML by language. ``others`` is the language of those who have no text
    of their own, or NOBODY; empty while that is open. ``at``: None is at once. ``waiting`` is what
    the next message of the editor is taken for. ``corrects`` is the number of the announcement
    whose messages get this text; 0: it is a new one.
    """

    nonce: str
    texts: Mapping[str, str] = {}
    others: str = ""
    photo: str = ""
    button: Way | None = None
    silent: bool = False
    topic: str = ""
    language: str = ""
    chat_type: str = ""
    at: AwareDatetime | None = None
    waiting: str = ""
    corrects: int = 0

    @property
    def audience(self) -> Audience:
        topics = (self.topic,) if self.topic else ()
        return Audience(topics, self.language, self.chat_type)

    @property
    def room(self) -> int:
        """Letters that each text may have."""
        return LONGEST_CAPTION if self.photo else LONGEST_TEXT

    def without_text(self, languages: Iterable[str]) -> tuple[str, ...]:
        """The languages of the audience for which there is nothing to read."""
        reached = (self.language,) if self.language else languages
        return tuple(each for each in reached if each not in self.texts)

    def is_whole(self, languages: Iterable[str]) -> bool:
        """Somebody gets something, and what everybody gets has been chosen."""
        chosen = self.others == NOBODY or self.others in self.texts
        return bool(self.texts) and (chosen or not self.without_text(languages))

    def body(self) -> Mapping[str, Any]:
        """What the words of the kind ``announcement`` are made from."""
        return self.model_dump(mode="json", exclude={"nonce", "waiting", "corrects"})
