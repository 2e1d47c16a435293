"""What the wizard may show of a file, a finding and a report."""

from dataclasses import dataclass, field
from typing import Any

from pipeline.toolkit.tables import CheckReport
from pipeline.toolkit.tool import Tool

SEVERITIES = ("error", "warning", "note")
DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "vertical bar", " ": "spaces"}


@dataclass(frozen=True, slots=True)
class SlotView:
    """One input's file on its way: empty, uploading, ready or failed."""

    stage: str = "empty"
    filename: str = ""
    size: str = ""
    fraction: float = 0.0
    error: str = ""
    upload_id: str = ""


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding, with where it is in words."""

    severity: str
    where: str
    message: str
    cure: str


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """One cell of the preview."""

    text: str
    is_bad: bool


@dataclass(frozen=True, slots=True)
class InputView:
    """What the check measured of one file."""

    title: str
    filename: str
    shape: str
    layout: str
    kinds: str
    missing: str
    missing_columns: str
    missing_percent: str
    columns: list[str] = field(default_factory=list)
    rows: list[list[PreviewCell]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReportView:
    """The whole report, as the wizard draws it."""

    verdict: str = ""
    tone: str = "ok"
    ok: bool = False
    needs_consent: bool = False
    shared: str = ""
    findings: list[FindingView] = field(default_factory=list)
    inputs: list[InputView] = field(default_factory=list)


def _where(finding: Any, titles: dict[str, str]) -> str:
    parts = [titles.get(finding.input, finding.input)]
    if finding.row is not None:
        parts.append(f"line {finding.row}")
    if finding.column is not None:
        parts.append(f"column {finding.column}")
    return " · ".join(part for part in parts if part)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _verdict(findings: list[Any]) -> tuple[str, str]:
    errors = sum(f.severity == "error" for f in findings)
    warnings = sum(f.severity == "warning" for f in findings)
    if errors:
        return "error", f"Not ready: {_counted(errors, 'thing', 'things')} to mend first."
    if warnings:
        return "warning", f"Ready, with {_counted(warnings, 'thing', 'things')} to know."
    return "ok", "Ready. Nothing to complain about."


def _input(title: str, facts: dict[str, Any]) -> InputView:
    rows, columns, missing = facts.get("rows"), facts.get("columns"), facts.get("missing") or 0
    kinds = facts.get("column_kinds") or {}
    cells = (rows or 0) * (columns or 0)
    preview = facts.get("preview") or {}
    faulty = {tuple(cell) for cell in facts.get("faulty_cells") or []}
    return InputView(
        title=title,
        filename=facts.get("filename") or "",
        shape=f"{rows} samples × {columns} features" if rows is not None else "not known",
        layout=f"{DELIMITERS.get(facts.get('delimiter') or '', 'unknown')}-separated, {facts.get('encoding') or 'unknown encoding'}",
        kinds=", ".join(f"{count} {kind}" for kind, count in kinds.items() if count) or "–",
        missing=f"{missing} of {cells} cells" if cells else "–",
        missing_columns=", ".join(f"{name} ({count})" for name, count in (facts.get("missing_by_column") or [])[:6]),
        missing_percent=f"{100 * missing / cells:.1f}%" if cells else "0%",
        columns=[str(name) for name in preview.get("columns") or []],
        rows=[[PreviewCell(str(text), (r, c) in faulty) for c, text in enumerate(row)] for r, row in enumerate(preview.get("rows") or [])],
    )


def report_view(report: CheckReport, tool: Tool) -> ReportView:
    """Return what the wizard shows of a check: the verdict first, then findings by severity, then what was measured."""
    titles = {slot.name: slot.title for slot in tool.inputs}
    findings = sorted(report.findings, key=lambda f: SEVERITIES.index(str(f.severity)))
    tone, verdict = _verdict(findings)
    shared = report.shared_samples
    return ReportView(
        verdict=verdict,
        tone=tone,
        ok=report.ok,
        needs_consent=tone == "warning",
        shared=f"{shared} samples are in both tables" if shared is not None else "",
        findings=[FindingView(str(f.severity), _where(f, titles), f.message, f.cure) for f in findings],
        inputs=[_input(titles.get(slot, slot), facts) for slot, facts in report.inputs.items()],
    )
