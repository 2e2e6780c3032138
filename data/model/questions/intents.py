"""Which intent the ideas of a text add up to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

UNKNOWN = "unknown"
SMALL_TALK = frozenset({"greeting", "thanks", "help", "source"})
OUT_OF_SCOPE = frozenset(
    {
        "arithmetic", "eating", "elsewhere", "errand", "instructions", "insult", "lodging",
        "medicine", "money", "news", "opinion", "personal", "practical", "price", "sport",
        "ticket", "transport", "weather", "world", UNKNOWN,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """``intent`` holds with ``weight`` where all ``needs`` are there and none of ``bars``."""

    intent: str
    weight: float
    needs: frozenset[str]
    bars: frozenset[str]

    def holds(self, ideas: frozenset[str]) -> bool:
        return self.needs <= ideas and self.bars.isdisjoint(ideas)


@dataclass(frozen=True)
class Meant:
    """The intent and how far it stands above the next one, 0 to 1."""

    intent: str
    confidence: float


class Intents:
    """All rules, the heaviest first."""

    def __init__(self, written: Mapping[str, Iterable[str]]) -> None:
        """``written`` as in intents.yaml. Raises ValueError for a rule without a weight."""
        rules = [_parse(intent, line) for intent, lines in written.items() for line in lines]
        self._rules = tuple(sorted(rules, key=lambda rule: -rule.weight))

    def decide(self, ideas: Collection[str]) -> Meant:
        """UNKNOWN where no rule holds."""
        there = frozenset(ideas)
        best: Rule | None = None
        for rule in self._rules:
            if (best is None or rule.intent != best.intent) and rule.holds(there):
                if best is not None:
                    return Meant(best.intent, round(1 - 0.8 * rule.weight / best.weight, 2))
                best = rule
        return Meant(best.intent, 1.0) if best else Meant(UNKNOWN, 0.0)


def _parse(intent: str, line: str) -> Rule:
    weight, *ideas = line.split()
    return Rule(
        intent,
        float(weight),
        frozenset(idea for idea in ideas if not idea.startswith("!")),
        frozenset(idea[1:] for idea in ideas if idea.startswith("!")),
    )
