"""``/tools``: what can be run, described by the tools themselves."""

from typing import Any

from fastapi import APIRouter, Request, Response

from pipeline import tools
from pipeline.toolkit.described import described
from sciflask_reflex.api.downloads import sent
from sciflask_reflex.errors import NotFound

router = APIRouter(tags=["tools"])


@router.get("/tools")
def list_tools() -> list[dict[str, Any]]:
    """List the tools: slug, title, summary. Open to everybody."""
    return [{name: described(tool).told[name] for name in ("slug", "title", "summary", "icon")} for tool in tools().values()]


@router.get("/tools/{slug}")
def show_tool(slug: str) -> dict[str, Any]:
    """Describe a tool: its inputs, parameters with bounds and defaults, outputs, references. Open to everybody."""
    tool = tools().get(slug)
    if tool is None:
        raise NotFound("tool")
    return dict(described(tool).told)


@router.get("/tools/{slug}/examples/{name}")
def show_example(slug: str, name: str, request: Request) -> Response:
    """Send a file of a tool's example data, as it is. Open to everybody."""
    tool = tools().get(slug)
    files = [path for example in tool.examples for path in example.paths] if tool else []
    path = next((path for path in files if path.name == name), None)
    if path is None:
        raise NotFound("file")
    return sent(request, path, path.name)
