"""What each act does, by the same services as pages and REST. Everything here waits: call it off the event loop."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from pipeline import tools
from pipeline.toolkit import Tool
from pipeline.toolkit.described import described
from sciflask_reflex import routes
from sciflask_reflex.agents import live_acts
from sciflask_reflex.agents.catalogue import MOST_BYTES, act_name
from sciflask_reflex.agents.reading import TEXTS, piece, piece_made
from sciflask_reflex.analyses import service as analyses
from sciflask_reflex.analyses.stored_files import rows_behind, whole_file
from sciflask_reflex.api.made import wish_of
from sciflask_reflex.api.views import analysis_view
from sciflask_reflex.errors import FileTooLarge, Invalid, NotFound
from sciflask_reflex.models import Status
from sciflask_reflex.settings import settings
from sciflask_reflex.studies import service as studies

Act = Callable[[str, Mapping[str, Any]], dict[str, Any]]


def list_tools(owner_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return every tool, as it describes itself."""
    return {"tools": [dict(described(tool).told) | {"run_with": act_name(slug)} for slug, tool in tools().items()]}


def upload_data(owner_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Store a text as an upload."""
    content = str(given["content"]).encode("utf-8", "surrogatepass")
    if len(content) > MOST_BYTES:
        raise FileTooLarge(1)
    intake = studies.start_upload(owner_id, str(given["filename"]), len(content))
    intake.write(content)
    row = intake.finish()
    return {"upload": row.id, "filename": row.filename, "bytes": row.bytes, "sha256": row.sha256}


def run_tool(tool: Tool) -> Act:
    """Return the act that checks uploads for a tool, saves them as a study and queues an analysis."""

    def run(owner_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
        name = str(given.get("name", "")).strip()
        inputs = {slot.name: given[slot.name] for slot in tool.inputs if given.get(slot.name)}
        labels = {slot.name: str(given[key]) for slot in tool.inputs if given.get(key := f"{slot.name}_label")}
        parameters = dict(given.get("parameters") or {})
        tool.validate(parameters)  # before a study is made: a wrong parameter must leave nothing behind
        # The same uploads and words make the same study, so that a repeated call is harmless.
        key = hashlib.sha256(json.dumps([tool.slug, inputs, labels, name, parameters], sort_keys=True, default=str).encode()).hexdigest()
        title = f"{name or tool.title} {key[:6]}"
        row = _known_study(owner_id, title) or studies.create(
            owner_id, tool=tool.slug, name=title, inputs=inputs, labels=labels, accept_warnings=bool(given.get("accept_warnings"))
        )
        analysis = analyses.submit(row.id, owner_id=owner_id, name=name, parameters=parameters, idempotency_key=f"mcp-{key[:32]}")
        return _state(analysis) | {"study": row.id, "findings": row.findings}

    return run


def _known_study(owner_id: str, title: str) -> studies.StudyRow | None:
    return next((row for row in studies.list_for(owner_id) if row.name == title), None)


def analysis_status(owner_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return how far an analysis is, and what came out once it is done."""
    return _state(analyses.get(str(given["analysis"]), owner_id=owner_id))


def cancel_analysis(owner_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Stop an analysis."""
    return _state(analyses.cancel(str(given["analysis"]), owner_id=owner_id))


def read_result(owner_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a piece of one text file; of a table with filters, of the rows that they leave."""
    analysis_id, name, offset = str(given["analysis"]), str(given["file"]), int(given.get("offset") or 0)
    row, filters = analyses.get(analysis_id, owner_id=owner_id), dict(given.get("filters") or {})
    entry = next((file for file in row.files if file["name"] == name), None) if row.status == Status.DONE else None
    if entry is None:
        raise NotFound("file")
    rows = rows_behind(row, name) if entry.get("made") or filters else None
    if rows is not None:
        wish = wish_of(rows, filters)
        return {"file": name, "rows": rows.count(wish)} | piece_made(rows.csv(wish), offset)
    if filters:
        message = f"{name} has no filters."
        raise Invalid(message, {"filters": message})
    if not str(entry["media_type"]).startswith(TEXTS):
        address = f"{settings().public_url}{routes.result_files(analysis_id)}/{name}"
        message = f"{name} is no text ({entry['media_type']}). The person can download it: {address}"
        raise Invalid(message, {"file": message})
    return {"file": name, "sha256": entry["sha256"]} | piece(whole_file(row, entry), offset)


def _state(row: analyses.AnalysisRow) -> dict[str, Any]:
    view = analysis_view(row).model_dump(mode="json")
    kept = ("id", "name", "status", "queue_position", "eta_seconds", "error", "metrics", "progress")
    filters = {f"{item['name']}.csv": item["filters"] for item in view["outputs"] if item.get("filters")}
    files = [
        {key: file[key] for key in ("name", "bytes", "title", "sha256")}
        | ({"filters": filters[file["name"]]} if file["name"] in filters else {})
        for file in view["files"]
    ]
    page = f"{settings().public_url}{routes.analysis(row.id)}"
    return {key: view[key] for key in kept} | {"notes": row.notes, "files": files, "page": page}


READS: dict[str, Act] = {
    "list_tools": list_tools,
    "analysis_status": analysis_status,
    "read_result": read_result,
    "read_live_result": live_acts.read_live_result,
}
WRITES: dict[str, Act] = {"upload_data": upload_data, "cancel_analysis": cancel_analysis}


def act_of(name: str) -> tuple[str, Act]:
    """Return the scope that an act needs, and the act.

    Raises:
        NotFound: If there is no such act.
    """
    if name in READS:
        return "read", READS[name]
    if name in WRITES:
        return "submit", WRITES[name]
    for slug, tool in tools().items():
        if act_name(slug) == name:
            return "submit", live_acts.compute_tool(tool) if tool.live else run_tool(tool)
    raise NotFound("tool")
