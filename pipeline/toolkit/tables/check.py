"""The check of one table: all findings at once, and the facts that were measured on the way."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.toolkit.findings import Finding, Severity, error
from pipeline.toolkit.inputs import ANY_SIZE, Limits, SampleTable
from pipeline.toolkit.tables.facts import facts_of
from pipeline.toolkit.tables.naming import name_findings
from pipeline.toolkit.tables.opening import Words, no_words, open_table
from pipeline.toolkit.tables.prescan import Scan
from pipeline.toolkit.tables.source import Tell
from pipeline.toolkit.tables.wording import plural

if TYPE_CHECKING:
    from pipeline.toolkit.tables.columns import Columns
    from pipeline.toolkit.tables.matrix import Parsed

ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """One file after its check. ``table`` and ``columns`` are None when it was refused before it was read."""

    findings: list[Finding]
    scan: Scan
    table: "Parsed | None" = None
    columns: "Columns | None" = None
    facts: dict[str, Any] = field(default_factory=dict)
    words: Words = no_words
    path: Path = Path()

    @property
    def ids(self) -> list[str] | None:
        """The samples' ids; None when the table could not be read."""
        return None if self.table is None else self.table.ids

    @property
    def value(self) -> SampleTable | None:
        """What a tool gets; None when the table could not be read. Without its numbers at hand, they are read once more."""
        from pipeline.toolkit.tables.read import to_sample_table

        if self.table is None or self.columns is None:
            return None
        table = self.table if self.table.values is not None else open_table(self.path, ANY_SIZE, keep=True).table
        return None if table is None else to_sample_table(table, self.columns)


def check_table(
    path: Path, limits: Limits, filename: str = "", *, keep: bool = False, tell: Tell | None = None, words: bool = False
) -> CheckedTable:
    """Check one file on disk, of any format; ``filename`` is what the person calls it, and must end as its content demands.

    With ``keep`` the numbers stay in memory. ``tell`` hears which part of the file lies behind, from 0 to 1.
    With ``words``, columns of words are welcome: the tool asks for some.
    """
    findings = name_findings(filename)
    opened = open_table(path, limits, filename, keep=keep, tell=tell)
    scan, table = opened.scan, opened.table
    findings.extend(scan.findings)
    if table is None:
        return CheckedTable(findings, scan, facts=facts_of(scan, filename))
    from pipeline.toolkit.tables.columns import cell_findings, column_findings, columns_of, missing_findings
    from pipeline.toolkit.tables.labels import feature_findings, sample_findings

    columns = columns_of(table)
    findings += feature_findings(table.names, scan.header_row or None)
    findings += sample_findings(table.ids, table.rows, scan.unit)
    findings += cell_findings(table, columns, scan.unit)
    findings += _too_few(table, columns, limits)
    findings += column_findings(table, columns, words=words)
    findings += missing_findings(table, columns)
    findings.sort(key=lambda finding: ORDER[finding.severity])
    return CheckedTable(findings, scan, table, columns, facts_of(scan, filename, table, columns), opened.words, path)


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
