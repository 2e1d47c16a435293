"""Live tools for language models: computed while they wait, and the files of what came out."""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.toolkit import Tool
from sciflask_reflex.agents.reading import TEXTS, piece
from sciflask_reflex.api.downloads import media_type
from sciflask_reflex.api.live import live_view
from sciflask_reflex.errors import Invalid
from sciflask_reflex.instant import service, shelf
from sciflask_reflex.instant.asked import ask


def compute_tool(tool: Tool) -> Callable[[str, Mapping[str, Any]], dict[str, Any]]:
    """Return the act that computes a live tool."""

    def compute(owner_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
        asked = ask(tool, dict(given.get("parameters") or {}), given.get("seed", 0))
        found = service.compute_for(asked, owner_id=owner_id)
        return {"result": asked.key} | live_view(found).model_dump(mode="json", exclude={"outputs"})

    return compute


def read_live_result(owner_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a piece of one text file of a live result."""
    name = str(given["file"])
    path = shelf.file_of(str(given["tool"]), str(given["result"]), name)
    if not media_type(name).startswith(TEXTS):
        message = f"{name} is no text ({media_type(name)})."
        raise Invalid(message, {"file": message})
    return {"file": name} | piece(path, int(given.get("offset") or 0))
