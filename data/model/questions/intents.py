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
    """The intent, how far it stands above the next one, 0 to 1, and those that hold as well."""

    intent: str
    confidence: float
    others: tuple[str, ...] = ()


class Intents:
    """All rules, the heaviest first."""

    def __init__(self, written: Mapping[str, Iterable[str]]) -> None:
        """``written`` as in intents.yaml. Raises ValueError for a rule without a weight."""
        rules = [_parse(intent, line) for intent, lines in written.items() for line in lines]
        self._rules = tuple(sorted(rules, key=lambda rule: -rule.weight))

    def decide(self, ideas: Collection[str]) -> Meant:
        """UNKNOWN where no rule holds."""
        there = frozenset(ideas)
        weights: dict[str, float] = {}
        for rule in self._rules:
            if rule.intent not in weights and rule.holds(there):
                weights[rule.intent] = rule.weight
        if not weights:
            return Meant(UNKNOWN, 0.0)
        (best, weight), *rest = weights.items()
        confidence = round(1 - 0.8 * rest[0][1] / weight, 2) if rest else 1.0
        return Meant(best, confidence, tuple(intent for intent, _ in rest))


def _parse(intent: str, line: str) -> Rule:
    weight, *ideas = line.split()
    return Rule(
        intent,
        float(weight),
        frozenset(idea for idea in ideas if not idea.startswith("!")),
        frozenset(idea[1:] for idea in ideas if idea.startswith("!")),
    )
