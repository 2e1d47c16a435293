"""One line as bytes: its sample id apart from the rest. What can be said of a line without splitting it is said here."""

from dataclasses import dataclass
from functools import cached_property

from pipeline.toolkit.tables.lines import QUOTE, SPACES, Splitter, bytes_of, splitter


@dataclass(frozen=True, slots=True)
class Plain:
    """A line whose cells after the first hold no quotes, so that each delimiter in them separates two cells.

    Attributes:
        id: The first cell, quotes taken off.
        cells: All other cells with the delimiters between them; None when there are none.
    """

    id: bytes
    cells: bytes | None


@dataclass(frozen=True)
class Cutter:
    """How the lines of one file are cut: by which delimiter, in which encoding."""

    delimiter: str
    encoding: str
    """Of the file; the lines come in the encoding that ``bytes_of`` names."""

    @cached_property
    def byte(self) -> bytes:
        """The delimiter as it stands in a line."""
        return self.delimiter.encode()

    @cached_property
    def _blanks(self) -> bytes:
        return self.byte + b" \t"

    @cached_property
    def _split(self) -> Splitter:
        return splitter(self.delimiter)

    def is_blank(self, line: bytes) -> bool:
        """Say whether no cell of a line holds anything."""
        return not line.strip(self._blanks)

    def ends_open(self, line: bytes) -> bool:
        """Say whether a line ends with a delimiter."""
        return self.delimiter != SPACES and line.endswith(self.byte)

    def text(self, line: bytes) -> str:
        """Return a line, or a piece of one between delimiters, as text."""
        return line.decode(bytes_of(self.encoding))

    def plain(self, line: bytes) -> Plain | None:
        """Take the id off a line; None when quotes or blanks stand in the way."""
        if self.delimiter == SPACES:
            return None
        if QUOTE.encode() not in line:
            first, found, cells = line.partition(self.byte)
            return Plain(first, cells if found else None)
        first, found, cells = line[1:].partition(QUOTE.encode() + self.byte)
        if line.startswith(QUOTE.encode()) and found and QUOTE.encode() not in first and QUOTE.encode() not in cells:  # as R writes ids
            return Plain(first, cells)
        return None

    def split(self, line: bytes) -> list[str]:
        """Split any line into its cells.

        Raises:
            Misquoted: If its quotes do not pair up.
        """
        return self._split(self.text(line))

    def count(self, line: bytes) -> int:
        """Count the cells of a line.

        Raises:
            Misquoted: If its quotes do not pair up.
        """
        plain = self.plain(line)
        if plain is None:
            return len(self.split(line))
        return 1 if plain.cells is None else 2 + plain.cells.count(self.byte)
