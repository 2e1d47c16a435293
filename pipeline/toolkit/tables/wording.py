"""How findings quote what stands in a file, and how long lists of them are kept short."""

from collections.abc import Callable, Iterable, Sequence

from pipeline.toolkit.findings import Finding

MOST_LISTED = 20
"""Findings of one sort that are listed one by one; the others are counted."""
LONGEST_QUOTE = 40


def quoted(text: str) -> str:
    """Quote a piece of the file: shortened, on one line, with invisible characters made visible."""
    short = text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
    return "'" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in short) + "'"


def names(values: Iterable[str], most: int = 3) -> str:
    """Quote the first few names, as in "'a', 'b', 'c', …"."""
    values = list(values)
    return ", ".join([quoted(value) for value in values[:most]] + (["…"] if len(values) > most else []))


def plural(count: int, one: str, many: str = "") -> str:
    """Say a count with its noun: '1 line', '2,000 lines'."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(findings: Sequence[Finding], summary: Callable[[int], Finding], total: int | None = None) -> list[Finding]:
    """Return the first findings one by one, and ``summary(number of the others)`` when there are more."""
    rest = (len(findings) if total is None else total) - MOST_LISTED
    return [*findings[:MOST_LISTED], *([summary(rest)] if rest > 0 else [])]
