"""The check: all findings about the files of a study at once, and the facts that were measured on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.toolkit.findings import Finding, Severity, error, errors_in
from pipeline.toolkit.inputs import Limits, SampleTable
from pipeline.toolkit.tables.facts import facts_of
from pipeline.toolkit.tables.prescan import Scan, prescan
from pipeline.toolkit.tables.report import CheckReport
from pipeline.toolkit.tables.shared import shared_ids, shared_ids_findings, shared_samples_findings
from pipeline.toolkit.tables.wording import plural, quoted

if TYPE_CHECKING:
    from pipeline.toolkit.tables.columns import Columns
    from pipeline.toolkit.tables.parse import Parsed
    from pipeline.toolkit.tool import Tool

ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """One file after its check. ``table`` and ``columns`` are None when it was refused before it was parsed."""

    findings: list[Finding]
    scan: Scan
    table: "Parsed | None" = None
    columns: "Columns | None" = None
    facts: dict[str, Any] = field(default_factory=dict)


def check_table(path: Path, limits: Limits, filename: str = "") -> CheckedTable:
    """Check one file on disk; ``filename`` is what the person calls it, and None of the rules but the one on endings depends on it."""
    findings = _by_its_name(filename)
    with path.open("rb") as handle:
        scan = prescan(handle, limits)
        findings.extend(scan.findings)
        if scan.refused:
            return CheckedTable(findings, scan, facts=facts_of(scan, filename))
        from pipeline.toolkit.tables.columns import cell_findings, column_findings, columns_of, missing_findings
        from pipeline.toolkit.tables.labels import feature_findings, sample_findings
        from pipeline.toolkit.tables.parse import parse

        table = parse(handle, scan)
    columns = columns_of(table)
    findings += feature_findings(table.names, scan.header_row)
    findings += sample_findings(table.ids, table.rows)
    findings += cell_findings(table, columns)
    findings += _too_few(table, columns, limits)
    findings += column_findings(table, columns)
    findings += missing_findings(table, columns)
    findings.sort(key=lambda finding: ORDER[finding.severity])
    return CheckedTable(findings, scan, table, columns, facts_of(scan, filename, table, columns))


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


def check_tables(files: Mapping[str, Path], limits: Limits, filenames: Mapping[str, str] | None = None) -> dict[str, CheckedTable]:
    """Check each file by itself; its findings name its slot."""
    checked = {}
    for slot, path in files.items():
        one = check_table(path, limits, (filenames or {}).get(slot, ""))
        checked[slot] = CheckedTable([finding.about(slot) for finding in one.findings], one.scan, one.table, one.columns, one.facts)
    return checked


def across_tables(tool: "Tool", checked: Mapping[str, CheckedTable], limits: Limits) -> list[Finding]:
    """Check the files of a study against each other.

    The rule about shared samples holds for every tool with two tables or more, even while cells are still faulty, unless the tool
    declares a ``check`` of its own; that one runs once the files by themselves have no error, and gets ``SampleTable`` by slot.
    """
    if tool.check in (None, shared_samples_findings):
        ids = {slot: one.table.ids for slot, one in checked.items() if one.table is not None}
        return shared_ids_findings(ids, limits.min_shared_samples, {slot.name: slot.title for slot in tool.inputs})
    if any(errors_in(one.findings) for one in checked.values()):
        return []
    from pipeline.toolkit.tables.read import to_sample_table

    tables = {slot: to_sample_table(one.table, one.columns) for slot, one in checked.items() if one.table and one.columns}
    return tool.check(tables, limits)


def report_of(checked: Mapping[str, CheckedTable], across: list[Finding]) -> CheckReport:
    """Put the parts together."""
    ids = {slot: one.table.ids for slot, one in checked.items() if one.table is not None}
    return CheckReport(
        findings=[finding for one in checked.values() for finding in one.findings] + across,
        inputs={slot: one.facts for slot, one in checked.items()},
        shared_samples=shared_ids(ids) if len(ids) > 1 else None,
    )


def check_files(tool: "Tool", files: Mapping[str, Path], limits: Limits, filenames: Mapping[str, str] | None = None) -> CheckReport:
    """Check the files of a study for a tool: each by itself, then across. Reads local files only and changes none.

    Raises:
        OSError: If a file cannot be opened.
    """
    checked = check_tables(files, limits, filenames)
    missing = [slot for slot in tool.inputs if slot.required and slot.name not in files]
    needed = [error(f"{slot.title} is missing.", "Choose a file for it.").about(slot.name) for slot in missing]
    return report_of(checked, needed + across_tables(tool, checked, limits))
