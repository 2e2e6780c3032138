"""What goes wrong between a bot and Telegram, switched on at will."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Kind = Literal["flood", "error", "broken", "drop_before", "drop_after", "slow"]


@dataclass(frozen=True)
class Fault:
    """`flood` is 429 with `retry_after` seconds, `error` an answer with `status` by something on
    the way, `broken` one by Telegram itself; `drop_before` and `drop_after` cut the connection
    before or after the call had its effect, `slow` delays by `delay`. Empty `methods` and
    `chat_id` None mean all; `times` None means until cleared."""

    kind: Kind
    methods: tuple[str, ...] = ()
    chat_id: int | None = None
    times: int | None = None
    retry_after: int = 1
    status: int = 502
    delay: timedelta = timedelta()

    def meets(self, method: str, chat_id: int | None) -> bool:
        named = not self.methods or method.lower() in {name.lower() for name in self.methods}
        return named and self.chat_id in (None, chat_id)


class Faults:
    def __init__(self) -> None:
        self._left: list[tuple[Fault, int | None]] = []

    def switch_on(self, fault: Fault) -> None:
        self._left.append((fault, fault.times))

    def clear(self) -> None:
        self._left.clear()

    def draw(self, method: str, chat_id: int | None) -> Fault | None:
        """The first fault that meets the call; it has happened once more then."""
        for place, (fault, left) in enumerate(self._left):
            if fault.meets(method, chat_id):
                if left is not None:
                    self._left[place : place + 1] = [(fault, left - 1)] if left > 1 else []
                return fault
        return None
