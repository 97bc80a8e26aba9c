"""Long chains of SQL operators. Pure."""

from __future__ import annotations

_LONGEST_CHAIN = 200


def concatenated(parts: list[str]) -> str:
    """SQLite expression joining the texts ``parts``."""
    return chained(parts, " || ")


def added(parts: list[str]) -> str:
    """SQLite expression for the sum of the numbers ``parts``; 0 without any."""
    return chained(parts, " + ") or "0"


def chained(parts: list[str], operator: str) -> str:
    """A chain is the fastest, but one of 1,000 would be too deep for SQLITE_MAX_EXPR_DEPTH."""
    if len(parts) <= _LONGEST_CHAIN:
        return operator.join(parts)
    chains = [parts[start : start + _LONGEST_CHAIN] for start in range(0, len(parts), _LONGEST_CHAIN)]
    return chained([f"({operator.join(chain)})" for chain in chains], operator)
