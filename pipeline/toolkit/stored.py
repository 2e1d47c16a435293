"""Tables whose rows are too many for a frame: they lie packed on disk, and are read a part at a time.

A tool that makes one subclasses ``StoredRows`` and gives ``Table(rows)``. The site, the API and the command line know nothing more of it
than what stands here: how many rows, which filters, and how to read some of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pipeline.toolkit.errors import ParameterError, ToolDefinitionError
from pipeline.toolkit.wishes import Filter, Wish, checked

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.toolkit.tool import Tool

PART_ROWS = 2**17
"""Rows held at a time where all of them are wanted."""
MOST_CSV_ROWS = 200_000
"""A table of more rows becomes no CSV file: its CSV is made while somebody downloads it."""


class StoredRows(ABC):
    """Rows on disk in an order of their own, narrowed by filters; every method holds no more than some of them in memory.

    A wish maps names of filters to values: text for a choice, else a number. It is one that ``wish`` has returned.
    """

    columns: tuple[str, ...]
    """The names of the columns, in order."""
    filters: tuple[Filter, ...] = ()
    """By what the rows can be narrowed."""
    things: tuple[str, str] = ("row", "rows")
    """What one row is called, and several."""

    @property
    def guarded(self) -> int:
        """How many texts carry an apostrophe in CSV, because a spreadsheet could run them; counted once, however often each stands there."""
        return 0

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of rows."""

    @abstractmethod
    def count(self, wish: Wish | None = None) -> int:
        """Return how many rows a wish leaves."""

    @abstractmethod
    def read(self, start: int, stop: int, wish: Wish | None = None) -> "pd.DataFrame":
        """Return the rows from place ``start`` to before ``stop`` of those that a wish leaves; fewer, or none, beyond their end."""

    @abstractmethod
    def save(self, folder: Path, stem: str) -> list[Path]:
        """Put what the rows are read from into a folder, as files called ``stem.*``, and return these; rows go on being readable."""

    @classmethod
    @abstractmethod
    def open(cls, folder: Path, stem: str) -> Self:
        """Return the rows that ``save`` has put there."""

    def suggest(self, name: str, text: str, most: int = 20) -> list[str]:
        """Return values of a choice that match what somebody types: an equal one first, then those that begin so, then those that hold it."""
        return []

    def parts(self, wish: Wish | None = None) -> Iterator["pd.DataFrame"]:
        """Yield all rows that a wish leaves, a part at a time."""
        for start in range(0, self.count(wish), PART_ROWS):
            yield self.read(start, start + PART_ROWS, wish)

    def csv(self, wish: Wish | None = None) -> Iterator[bytes]:
        """Yield the rows that a wish leaves as CSV, the header first."""
        from pipeline.toolkit.csvrows import csv_bytes

        yield csv_bytes(self.read(0, 0, wish), header=True)
        for part in self.parts(wish):
            yield csv_bytes(part)

    def wish(self, given: Mapping[str, Any]) -> Wish:
        """Return what somebody wishes, checked; values are text or numbers, empty ones are left out.

        Raises:
            ParameterError: If there is no such filter, or a value is none of its values; one sentence for each.
        """
        known, faults = checked(self.filters, given)
        for one in self.filters:
            if one.kind == "choice" and one.name in known and known[one.name] not in self.suggest(one.name, str(known[one.name]), 1):
                faults[one.name] = f"{one.title}: there is no {str(known[one.name])[:100]!r} among these rows."
        if faults:
            raise ParameterError(faults)
        return known

    def frame(self) -> "pd.DataFrame":
        """Return all rows at once, in memory."""
        import pandas as pd

        parts = list(self.parts())
        return pd.concat(parts, ignore_index=True) if parts else self.read(0, 0)

    @classmethod
    def reader(cls) -> str:
        """Return where this class is found, for the manifest."""
        return f"{cls.__module__}:{cls.__qualname__}"


def reader_of(tool: "Tool", named: str) -> type[StoredRows]:
    """Return the class that reads a tool's stored rows, by the name in the manifest.

    Raises:
        ToolDefinitionError: If it is not found, or is none of the package of a tool that is installed: nothing else is imported.
    """
    from pipeline import tools

    module, _, name = named.partition(":")
    if any(module == one or module.startswith(f"{one}.") for one in {"pipeline.toolkit", *map(_home, (tool, *tools().values()))}):
        try:
            found = getattr(import_module(module), name, None)
        except ImportError:
            found = None
        if isinstance(found, type) and issubclass(found, StoredRows):
            return found
    message = f"{tool.slug}: {named[:200]!r} is no reader of its stored rows."
    raise ToolDefinitionError(message)


def _home(tool: "Tool") -> str:
    """Return the package of a tool, or its module where it has none."""
    module = tool.function.__module__
    return module.rpartition(".")[0] or module
