"""The check of one table: all findings at once, and the facts that were measured on the way."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.toolkit.findings import Finding, Severity, error
from pipeline.toolkit.inputs import Limits, SampleTable
from pipeline.toolkit.tables.facts import facts_of
from pipeline.toolkit.tables.prescan import Scan, prescan
from pipeline.toolkit.tables.wording import plural, quoted

if TYPE_CHECKING:
    from pipeline.toolkit.tables.columns import Columns
    from pipeline.toolkit.tables.matrix import Parsed

ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """One file after its check. ``table`` and ``columns`` are None when it was refused before it was parsed."""

    findings: list[Finding]
    scan: Scan
    table: "Parsed | None" = None
    columns: "Columns | None" = None
    facts: dict[str, Any] = field(default_factory=dict)
    path: Path = Path()

    @property
    def ids(self) -> list[str] | None:
        """The samples' ids; None when the table could not be parsed."""
        return None if self.table is None else self.table.ids

    @property
    def value(self) -> SampleTable | None:
        """What a tool gets; None when the table could not be parsed."""
        from pipeline.toolkit.tables.parse import parse
        from pipeline.toolkit.tables.read import to_sample_table

        if self.table is None or self.columns is None:
            return None
        table = self.table
        if table.values is None:
            with self.path.open("rb") as handle:
                table = parse(handle, self.scan)
        return to_sample_table(table, self.columns)


def check_table(path: Path, limits: Limits, filename: str = "", *, keep: bool = False, words: bool = False) -> CheckedTable:
    """Check one file on disk; ``filename`` is what the person calls it, and none of the rules but the one on endings depends on it.

    With ``keep`` the numbers stay in memory; without, they are read again when somebody asks for the value.
    With ``words``, columns of words are welcome: the tool asks for some.
    """
    findings = _by_its_name(filename)
    with path.open("rb") as handle:
        scan = prescan(handle, limits)
        findings.extend(scan.findings)
        if scan.refused:
            return CheckedTable(findings, scan, facts=facts_of(scan, filename))
        from pipeline.toolkit.tables.columns import cell_findings, column_findings, columns_of, missing_findings
        from pipeline.toolkit.tables.labels import feature_findings, sample_findings
        from pipeline.toolkit.tables.parse import parse

        table = parse(handle, scan, keep=keep)
    columns = columns_of(table)
    findings += feature_findings(table.names, scan.header_row)
    findings += sample_findings(table.ids, table.rows)
    findings += cell_findings(table, columns)
    findings += _too_few(table, columns, limits)
    findings += column_findings(table, columns, words=words)
    findings += missing_findings(table, columns)
    findings.sort(key=lambda finding: ORDER[finding.severity])
    return CheckedTable(findings, scan, table, columns, facts_of(scan, filename, table, columns), path)


def _by_its_name(filename: str) -> list[Finding]:
    if not filename or filename.lower().endswith(SampleTable.suffixes):
        return []
    suffixes = ", ".join(SampleTable.suffixes)
    return [error(f"{quoted(filename)} does not end in one of {suffixes}.", "If it is a text table, rename it; if not, save it as CSV.")]


def _too_few(table: "Parsed", columns: "Columns", limits: Limits) -> list[Finding]:
    found = []
    usable = len(columns.numeric)
    if usable < limits.min_features:
        message = f"The table has {plural(usable, 'numeric feature')}; at least {limits.min_features:,} are needed."
        found.append(error(message, "Add features. If the samples are the columns, swap rows and columns."))
    if len(table.ids) < limits.min_shared_samples:
        message = f"The table has {plural(len(table.ids), 'sample')}; at least {limits.min_shared_samples:,} are needed."
        found.append(error(message, "Add samples. If the features are the rows, swap rows and columns."))
    return found
