"""One thing that a data check says."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding matters: errors stop, warnings may be accepted, notes only inform."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, where, and what to do about it.

    ``row`` is the line in the file as an editor counts it (1 is the first line); ``column`` is the column's name,
    or its number from 1 where it has none. Both are None when the finding concerns the whole file.
    """

    severity: Severity
    message: str
    cure: str
    input: str = ""
    row: int | None = None
    column: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as plain values."""
        return asdict(self) | {"severity": str(self.severity)}
