"""What a page may show of an analysis: small frozen shapes, made from the service's row and the tool's declaration."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline import tools
from pipeline.toolkit.described import described
from sciflask_reflex import routes
from sciflask_reflex.analyses.outputs import SectionView, sections_of
from sciflask_reflex.models import FINAL, Status
from sciflask_reflex.shell.numbers import shown, shown_about, shown_bytes, shown_seconds

if TYPE_CHECKING:
    from pipeline.toolkit import Parameter
    from sciflask_reflex.analyses.service import AnalysisRow

NOBODY = 'No worker serves the queue "{queue}" at the moment. The analysis waits until one does; nothing is lost.'
CANCELLABLE = (Status.QUEUED, Status.RUNNING)


@dataclass(frozen=True, slots=True)
class Pair:
    """A title and what stands beside it, in short and in full."""

    title: str
    value: str
    full: str = ""
    help: str = ""
    is_word: bool = False


@dataclass(frozen=True, slots=True)
class FileView:
    """One file of a result, to download."""

    name: str
    title: str
    size: str
    url: str


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """A result by the names in the tool's declaration: what a tool's own view is made of."""

    metrics: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    files: str = ""
    """Below which address the files are."""


@dataclass(frozen=True, slots=True)
class AnalysisView:
    """An analysis, as its page and the profile draw it."""

    id: str = ""
    name: str = ""
    study_id: str = ""
    study_name: str = ""
    tool: str = ""
    tool_title: str = ""
    status: str = ""
    stage: str = ""
    fraction: float = 0.0
    percent: str = ""
    queue_text: str = ""
    eta_text: str = ""
    stalled: str = ""
    """Why it cannot run just now, or nothing."""
    attempt_text: str = ""
    error: str = ""
    hint: str = ""
    created: str = ""
    took: str = ""
    log: str = ""
    url: str = ""
    bundle_url: str = ""
    again_url: str = ""
    is_final: bool = False
    is_done: bool = False
    can_cancel: bool = False
    parameters: list[Pair] = field(default_factory=list)
    metrics: list[Pair] = field(default_factory=list)
    sections: list[SectionView] = field(default_factory=list)
    files: list[FileView] = field(default_factory=list)
    made: str = ""
    """Names of the files that are made when they are downloaded, and are in no zip."""
    notes: list[str] = field(default_factory=list)
    facts: ResultFacts = ResultFacts()


HINTS = {
    "crash": "The program stopped by itself on every try. Other parameters or smaller data may help; the people who run this site have the details.",
    "memory": "Change the parameters or the data, then run it again.",
    "walltime": "Change the parameters or the data, then run it again.",
    "cpu": "Change the parameters or the data, then run it again.",
    "output": "The result is larger than this site allows. Change the parameters or the data, then run it again.",
    "input": "Upload the file again and start a new analysis.",
    "tool": "Change the parameters or the data, then run it again.",
    "internal": "This is a fault of the site, not of your data. Try again later.",
}


def _ordinal_text(position: int | None) -> str:
    if position is None:
        return ""
    return "Next in the queue" if position <= 1 else f"Number {position} in the queue"


def _eta_text(row: "AnalysisRow") -> str:
    """Say when it is probably ready; nothing when nobody can tell."""
    if row.eta_seconds is None or not row.is_served:
        return ""
    return f"{shown_about(row.eta_seconds)} left" if row.status == Status.RUNNING else f"ready in {shown_about(row.eta_seconds)}"


def _parameters(row: "AnalysisRow") -> list[Pair]:
    """Return what was set, in the words of the tool; what did not count is left out."""
    tool = tools().get(row.tool)
    known = {p.name: p for p in described(tool).parameters} if tool else {}
    pairs = []
    for name, value in row.parameters.items():
        if (parameter := known.get(name)) is None:
            short, full = shown(value)
            pairs.append(Pair(name, short, full))
        elif parameter.counts(row.parameters):
            pairs.append(Pair(parameter.title, _in_words(parameter, value), parameter.as_text(value), parameter.help))
    return pairs


def _in_words(parameter: "Parameter", value: Any) -> str:
    if parameter.kind in ("integer", "number") and value is not None:
        return f"{shown(value)[0]} {parameter.unit}".strip()
    return parameter.in_words(value)


def _metrics(metrics: Mapping[str, Any]) -> list[Pair]:
    pairs = []
    for item in metrics.values():
        if item["value"] is None:
            continue  # it does not apply, such as what lies between two tables where there is one
        short, full = shown(item["value"])
        pairs.append(
            Pair(item["title"], f"{short} {item.get('unit', '')}".strip(), full, item.get("help", ""), isinstance(item["value"], str))
        )
    return pairs


def _facts(slug: str, metrics: Mapping[str, Any], given: Mapping[str, Any], files: str) -> ResultFacts:
    values = {name: item["value"] for name, item in metrics.items() if item["value"] is not None}
    numbers = {name: float(value) for name, value in values.items() if isinstance(value, int | float) and math.isfinite(value)}
    tool = tools().get(slug)
    known = {p.name: p for p in described(tool).parameters} if tool else {}
    parameters = {name: _in_words(known[name], value) for name, value in given.items() if name in known}
    return ResultFacts({name: shown(value)[0] for name, value in values.items()}, numbers, parameters, files)


def _file(files: str, item: Mapping[str, Any]) -> FileView:
    size = "made when downloaded" if item.get("made") else shown_bytes(item["bytes"])
    return FileView(item["name"], item.get("title") or "", size, f"{files}/{item['name']}")


def _took(row: "AnalysisRow", now: datetime) -> str:
    if row.started_at is None:
        return ""
    return shown_seconds(max(0.0, ((row.finished_at or now) - row.started_at).total_seconds()))


def is_late(row: "AnalysisRow", shown: AnalysisView) -> bool:
    """Tell whether a row was read before the end that a page already shows: nothing comes after an end."""
    return shown.is_final and row.status not in FINAL


def analysis_card(row: "AnalysisRow", now: datetime) -> AnalysisView:
    """Return what a list shows of an analysis: where it stands, without parameters, log and result."""
    status = str(row.status)
    tool = tools().get(row.tool)
    return AnalysisView(
        id=row.id,
        name=row.name,
        study_id=row.study_id,
        study_name=row.study_name,
        tool=row.tool,
        tool_title=tool.title if tool else row.tool,
        status=status,
        stage=row.stage,
        fraction=round(row.fraction, 4),
        percent=f"{row.fraction:.0%}",
        queue_text=_ordinal_text(row.queue_position) if status == Status.QUEUED else "",
        eta_text=_eta_text(row),
        stalled=NOBODY.format(queue=row.queue) if status == Status.QUEUED and not row.is_served else "",
        attempt_text=f"Try {row.attempt}" if row.attempt > 1 else "",
        error=row.error or "",
        hint=HINTS.get(row.cause or "", "") if status == Status.FAILED else "",
        created=row.created_at.isoformat(),
        took=_took(row, now),
        url=routes.analysis(row.id),
        bundle_url=routes.bundle(row.id),
        again_url=f"{routes.analyse(row.study_id)}?from={row.id}",
        is_final=status in FINAL,
        is_done=status == Status.DONE,
        can_cancel=status in CANCELLABLE,
    )


def analysis_view(row: "AnalysisRow", now: datetime, files: str | None = None) -> AnalysisView:
    """Return what a page shows of an analysis; result parts are there once it is done. ``files`` is where its files are found."""
    files = routes.result_files(row.id) if files is None else files
    view = replace(analysis_card(row, now), log="\n".join(row.log), parameters=_parameters(row))
    if not view.is_done:
        return view
    manifest = {"metrics": row.metrics, "outputs": row.outputs, "files": row.files, "notes": row.notes, "parameters": row.parameters}
    return with_result(view, manifest, files)


def with_result(view: AnalysisView, manifest: Mapping[str, Any], files: str) -> AnalysisView:
    """Return a view with the result that a manifest describes; ``files`` is where its files are found."""
    return replace(
        view,
        metrics=_metrics(manifest["metrics"]),
        sections=sections_of(files, manifest["outputs"]),
        files=[_file(files, item) for item in manifest["files"]],
        made=", ".join(item["name"] for item in manifest["files"] if item.get("made")),
        notes=list(manifest["notes"]),
        facts=_facts(view.tool, manifest["metrics"], manifest["parameters"], files),
    )
