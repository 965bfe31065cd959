"""What each model wants in a request, and what it costs.

Prices in dollars per million tokens: Amazon Bedrock pricing page, global cross-region inference, November 2026. A cache
write costs 1.25 times the input price (5 minutes), a cache read 0.1 times.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any

# Reading is not writing: the likeliest token is wanted. Newer models answer 400 to a temperature, so it's not for all.
_SAMPLED = MappingProxyType({"temperature": 0})
# With a forced tool, Sonnet 5 wants thinking switched off (Anthropic documentation, tool use with thinking).
_THINKING = MappingProxyType({"thinking": {"type": "disabled"}})
_REGIONAL_SURCHARGE = 1.10  # profiles bound to a geography (`us.`, `eu.`, ...) cost 10 % more from 4.5 on


@dataclass(frozen=True, slots=True)
class _Facts:
    extras: Mapping[str, Any]
    input_price: float | None = None
    output_price: float | None = None
    surcharged: bool = True


# By a part of the model's id, whatever its profile and version suffix are; the first that fits counts.
_FACTS = {
    "claude-sonnet-4-5": _Facts(_SAMPLED, 3.0, 15.0),
    "claude-sonnet-4-6": _Facts(_SAMPLED, 3.0, 15.0),
    "claude-sonnet-4-2": _Facts(_SAMPLED, 3.0, 15.0, surcharged=False),  # Sonnet 4: its id goes on with the date
    "claude-haiku-4-5": _Facts(_SAMPLED, 1.0, 5.0),
    "claude-sonnet-5": _Facts(_THINKING),
    "claude-opus-4-5": _Facts(_SAMPLED),
    "claude-opus-4-6": _Facts(_SAMPLED),
    "offline-reader": _Facts(MappingProxyType({}), 0.0, 0.0),  # the emulated Bedrock's
}
_DEAREST_INPUT, _DEAREST_OUTPUT = 15.0, 75.0  # Claude Opus 4.1
_MOST_TOKENS = 10**9  # of one answer; more is no count
_UNKNOWN = _Facts(MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as Bedrock counts them, and dollars. `cost_usd` is None while any part's price is unknown."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            round((self.cost_usd or 0.0) + (other.cost_usd or 0.0), 6) if known else None,
        )

    def as_row(self) -> dict[str, float]:
        """As it stands on a row: an unknown cost is absent."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Usage":
        """What `as_row` wrote; nothing used where there is none."""
        counted = {field.name: row[field.name] for field in fields(cls) if field.name in row}
        return cls(**{"cost_usd": None, **counted}) if counted else cls()


def request_for(model_id: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """The request as this model wants it."""
    return {**request, **_facts(model_id).extras}


def usage_of(model_id: str, message: Mapping[str, Any]) -> Usage:
    """What Bedrock says that the message used, and what that costs with this model."""
    counts = message.get("usage")
    if not isinstance(counts, Mapping):
        return Usage(cost_usd=None)
    fresh, output, cache_read, cache_write = (
        _count(counts.get(name))
        for name in ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    )
    facts = _facts(model_id)
    cost = None
    if facts.input_price is not None and facts.output_price is not None:
        factor = _REGIONAL_SURCHARGE if facts.surcharged and not _is_global(model_id) else 1.0
        input_cost = (fresh + 1.25 * cache_write + 0.1 * cache_read) * facts.input_price
        cost = round(factor * (input_cost + output * facts.output_price) / 1_000_000, 6)
    return Usage(fresh, output, cache_read, cache_write, cost)


def at_most(usage: Usage) -> float:
    """Dollars for a guard that is to err on the safe side: what isn't known costs what the dearest Claude does."""
    if usage.cost_usd is not None:
        return usage.cost_usd
    input_tokens = usage.input_tokens + usage.cache_read_tokens + 1.25 * usage.cache_write_tokens
    return (input_tokens * _DEAREST_INPUT + usage.output_tokens * _DEAREST_OUTPUT) / 1_000_000


def _facts(model_id: str) -> _Facts:
    return next((facts for part, facts in _FACTS.items() if part in model_id), _UNKNOWN)


def _is_global(model_id: str) -> bool:
    return model_id.startswith("global.") or "/global." in model_id


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS else 0
