"""Counting the data lines of a table: how many, how wide, how quoted. Remembers a few line numbers of each fault, never the text."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.toolkit.findings import Finding, error, note
from pipeline.toolkit.tables.cut import Cutter
from pipeline.toolkit.tables.lines import Misquoted
from pipeline.toolkit.tables.wording import MOST_LISTED, listed, plural


@dataclass(slots=True)
class Rows:
    """A number of lines, of which the first few are known."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        """Count one more line."""
        self.count += 1
        if len(self.first) < MOST_LISTED:
            self.first.append(row)

    def __str__(self) -> str:
        """Say which: 'lines 3, 7, …'."""
        shown = ", ".join(str(row) for row in self.first[:3])
        return f"line{'s' if self.count > 1 else ''} {shown}{', …' if self.count > 3 else ''}"


@dataclass(slots=True)
class Tally:
    """What was counted while the data lines streamed by."""

    rows: int = 0
    blank: Rows = field(default_factory=Rows)
    misquoted: Rows = field(default_factory=Rows)
    widths: Counter[int] = field(default_factory=Counter)
    at_width: dict[int, Rows] = field(default_factory=dict)
    """Which lines have so many cells; of the rarer widths only the first hundred are told apart."""
    open_ended: int = 0
    """Lines that end with a delimiter."""

    def add(self, row: int, width: int) -> None:
        """Count one line of so many cells."""
        self.widths[width] += 1
        if width in self.at_width or len(self.at_width) < 100:
            self.at_width.setdefault(width, Rows()).add(row)


def tally_of(lines: Iterable[tuple[int, bytes]], cutter: Cutter, most_rows: int, most_blank: int) -> Tally:
    """Count the cells of every line; stops early when there are more rows or blank lines than allowed."""
    tally = Tally()
    for row, line in lines:
        if cutter.is_blank(line):
            tally.blank.add(row)
        else:
            tally.rows += 1
            try:
                tally.add(row, cutter.count(line))
            except Misquoted:
                tally.misquoted.add(row)
            tally.open_ended += cutter.ends_open(line)
        if tally.rows > most_rows or tally.blank.count > most_blank:
            break
    return tally


def ragged_lines(tally: Tally, width: int) -> list[Finding]:
    """Return an error for each line that has more or fewer cells than the table has columns."""
    faulty = [(row, n) for n, rows in tally.at_width.items() if n != width for row in rows.first]
    cure = "Check the line for a missing or an extra delimiter, or for text with a delimiter in it that is not in quotes."
    one_by_one = [error(f"Line {row} has {plural(n, 'cell')}; {width:,} are expected.", cure, row=row) for row, n in sorted(faulty)]
    total = tally.widths.total() - tally.widths[width]
    return listed(one_by_one, lambda rest: error(f"{plural(rest, 'more line')} with another number of cells than {width:,}.", cure), total)


def misquoted_lines(tally: Tally) -> list[Finding]:
    """Return an error for each line whose quotes do not pair up."""
    cure = 'Close every quote on the line on which it opens; write a quote within quoted text twice ("").'
    one_by_one = [error(f"The quotes in line {row} do not pair up.", cure, row=row) for row in tally.misquoted.first]
    return listed(
        one_by_one, lambda rest: error(f"{plural(rest, 'more line')} with quotes that do not pair up.", cure), tally.misquoted.count
    )


def blank_lines(tally: Tally) -> list[Finding]:
    """Return a note about the lines that were passed over."""
    if not tally.blank.count:
        return []
    verb = "was" if tally.blank.count == 1 else "were"
    return [note(f"{plural(tally.blank.count, 'blank line')} {verb} passed over ({tally.blank}).", row=tally.blank.first[0])]
