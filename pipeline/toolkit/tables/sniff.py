"""Which character separates the cells: found from the first lines alone, never from the file's name."""

from collections.abc import Sequence

from pipeline.toolkit.tables.lines import SPACES, Misquoted, counter

DELIMITERS = ("\t", ",", ";", "|")
LOOKED_AT = 10
"""Lines after the first that have a say."""


def _counts(lines: Sequence[str], delimiter: str) -> list[int]:
    count = counter(delimiter)
    counts = []
    for line in lines:
        try:
            counts.append(count(line))
        except Misquoted:
            counts.append(0)
    return counts


def _agreement(counts: Sequence[int]) -> int:
    """Count the lines that have as many cells as the first, or one more (the first column without a name)."""
    return sum(n in (counts[0], counts[0] + 1) for n in counts[1:]) if counts[0] > 1 else -1


def delimiter_of(lines: Sequence[str]) -> str:
    """Return the delimiter of a table, from its first non-blank lines; '' when there is only one column.

    The rule: of tab, comma, semicolon and vertical bar the one on which most lines agree with the first; among equals the one that gives
    more columns. Runs of blanks count only when none of the four is there or none of them fits.
    """
    counts = {delimiter: _counts(lines, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: (_agreement(counts[d]), counts[d][0]))
    spaced = _counts(lines, SPACES)
    if counts[best][0] > 1 and (_agreement(counts[best]) > 0 or _agreement(spaced) <= 0):
        return best
    if spaced[0] > 1 and (_agreement(spaced) > 0 or len(lines) == 1):
        return SPACES
    widest = max(DELIMITERS, key=lambda d: max(counts[d]))
    return widest if max(counts[widest]) > 1 else ""
