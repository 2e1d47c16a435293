"""What the wizard may show of a file, a finding and a report."""

import re
from dataclasses import dataclass, field
from typing import Any

from pipeline.toolkit.kinds import extent, kind_of
from pipeline.toolkit.places import position_of, slot_of
from pipeline.toolkit.tables import CheckReport
from pipeline.toolkit.tool import Tool

SHOWN = 6
NO_BREAK = "\u2011"
SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class SlotView:
    """One input's file on its way: empty, uploading, ready or failed."""

    stage: str = "empty"
    filename: str = ""
    size: str = ""
    fraction: float = 0.0
    error: str = ""
    upload_id: str = ""
    turn: int = 0
    """How often the slot was emptied: each time the browser gets a new file control, which takes the same file again."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """Findings of one kind in one input: what each says, and the cure they share."""

    severity: str
    where: str
    cure: str
    messages: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    """Beyond the first few, shown on demand."""


@dataclass(frozen=True, slots=True)
class PreviewCell:
    """One cell of the preview."""

    text: str
    is_bad: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was measured, in words."""

    title: str
    words: str


@dataclass(frozen=True, slots=True)
class InputView:
    """What the check measured of one file."""

    title: str
    filename: str
    facts: list[Fact] = field(default_factory=list)
    """Its extent first, then what its kind measures."""
    missing: str = ""
    """How many cells are empty; nothing when none is."""
    missing_columns: str = ""
    missing_percent: str = ""
    is_read: bool = False
    """Whether there was anything to measure."""
    folded: bool = False
    """Whether it is one of several, and shown on demand."""
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


def _names(message: str, place: Any) -> bool:
    """Tell whether a message holds a line or a column as a word of its own: "line 13" does not name line 3."""
    return re.search(rf"(?<!\w){re.escape(str(place))}(?!\w)", message) is not None


def _said(finding: Any) -> str:
    """Return a finding's message, with its line and column before it unless it names them itself."""
    parts = [f"line {finding.row}"] if finding.row is not None and not _names(finding.message, finding.row) else []
    if finding.column is not None and not _names(finding.message, finding.column):
        parts.append(f"column '{finding.column}'")
    place = ", ".join(parts)
    return f"{place[:1].upper()}{place[1:]}: {finding.message}" if place else finding.message


def _where(item: Any, titles: dict[str, str]) -> str:
    """Return what a finding is about: an input, or one file of an input that takes several."""
    title = titles.get(item.input, item.input or "")
    return f"{title}, file {item.position}: {item.filename}" if item.position else title


def _grouped(findings: list[Any], titles: dict[str, str]) -> list[FindingView]:
    """Put findings with the same input and cure together, in their order."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for item in findings:
        groups.setdefault((str(item.severity), _where(item, titles), item.cure), []).append(_said(item))
    return [FindingView(severity, where, cure, messages[:SHOWN], messages[SHOWN:]) for (severity, where, cure), messages in groups.items()]


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


def _facts(facts: dict[str, Any]) -> list[Fact]:
    if not (size := extent(facts)):
        return []
    words = [("Shape", size), *kind_of(facts).measured(facts)]
    return [Fact(title, text.replace("-", NO_BREAK)) for title, text in words]


def _input(place: str, titles: dict[str, str], facts: dict[str, Any]) -> InputView:
    title, position = titles.get(slot_of(place), slot_of(place)), position_of(place)
    missing, cells = facts.get("missing") or 0, (facts.get("rows") or 0) * (facts.get("columns") or 0)
    preview = facts.get("preview") or {}
    faulty = {tuple(cell) for cell in facts.get("faulty_cells") or []}
    return InputView(
        title=f"{title}, file {position}" if position else title,
        folded=position > 0,
        filename=facts.get("filename") or "",
        facts=_facts(facts),
        missing=f"{missing:,} of {cells:,} cells" if missing else "",
        missing_columns=", ".join(f"{name} ({count})" for name, count in (facts.get("missing_by_column") or [])[:6]),
        missing_percent=f"{100 * missing / cells:.1f}%" if missing else "",
        is_read=bool(preview.get("rows")),
        columns=[str(name) or "(sample id)" for name in preview.get("columns") or []],
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
        shared=f"{shared} samples are in {'all' if len(report.inputs) > 2 else 'both'} tables" if shared is not None else "",
        findings=_grouped(findings, titles),
        inputs=[_input(place, titles, facts) for place, facts in report.inputs.items()],
    )
