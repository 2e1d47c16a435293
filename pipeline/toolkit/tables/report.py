"""What a check found, as plain values that can travel between processes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.toolkit.findings import Finding, Severity, errors_in


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All findings about the files of one study, and what was measured of each file.

    Attributes:
        findings: Everything found, file by file, then across files.
        inputs: Facts by place (an input's name; ``curves.2`` for the second file of one that takes several): filename, bytes, delimiter, encoding, rows, columns, column_kinds, missing,
            missing_by_column, preview (columns, rows) and faulty_cells ([row, column] of the preview, from 0).
        shared_samples: Number of samples that all tables have; None when there are fewer than two readable tables.
    """

    findings: list[Finding] = field(default_factory=list)
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    shared_samples: int | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing stops the study from being saved; warnings may remain."""
        return not errors_in(self.findings)

    @property
    def warnings(self) -> list[Finding]:
        """Return what a person has to accept before the study is saved."""
        return [finding for finding in self.findings if finding.severity == Severity.WARNING]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as values that JSON can carry."""
        return {
            "findings": [finding.as_dict() for finding in self.findings],
            "inputs": self.inputs,
            "shared_samples": self.shared_samples,
            "ok": self.ok,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "CheckReport":
        """Rebuild a report from its plain values."""
        return cls([Finding.from_dict(item) for item in values["findings"]], dict(values["inputs"]), values["shared_samples"])
