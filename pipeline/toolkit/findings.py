"""One thing that a data check says."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
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
    filename: str = ""
    """What the person calls the file; empty when several files are concerned."""
    position: int = 0
    """Which file of an input that takes several, from 1; 0 for the only file of an input, and for several files."""

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as plain values."""
        return asdict(self) | {"severity": str(self.severity)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Finding":
        """Rebuild a finding from its plain values."""
        return cls(**{**values, "severity": Severity(values["severity"])})

    def about(self, slot: str, filename: str = "", position: int = 0) -> "Finding":
        """Return the same finding, said of one input, or of one of its files."""
        return replace(self, input=slot, filename=filename, position=position)


def error(message: str, cure: str, *, row: int | None = None, column: str | None = None) -> Finding:
    """Make a finding that stops."""
    return Finding(Severity.ERROR, message, cure, row=row, column=column)


def warning(message: str, cure: str, *, row: int | None = None, column: str | None = None) -> Finding:
    """Make a finding that a person may accept."""
    return Finding(Severity.WARNING, message, cure, row=row, column=column)


def note(message: str, cure: str = "", *, row: int | None = None, column: str | None = None) -> Finding:
    """Make a finding that only informs."""
    return Finding(Severity.NOTE, message, cure, row=row, column=column)


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that stop."""
    return [finding for finding in findings if finding.severity == Severity.ERROR]
