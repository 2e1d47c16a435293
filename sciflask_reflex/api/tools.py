"""``/tools``: what can be run, described by the tools themselves."""

from typing import Any

from fastapi import APIRouter

from pipeline import tools
from pipeline.toolkit import describe
from sciflask_reflex.errors import NotFound

router = APIRouter(tags=["tools"])


@router.get("/tools")
def list_tools() -> list[dict[str, Any]]:
    """List the tools: slug, title, summary. Open to everybody."""
    return [{"slug": tool.slug, "title": tool.title, "summary": tool.summary, "icon": tool.icon} for tool in tools().values()]


@router.get("/tools/{slug}")
def show_tool(slug: str) -> dict[str, Any]:
    """Describe a tool: its inputs, parameters with bounds and defaults, outputs, references. Open to everybody."""
    tool = tools().get(slug)
    if tool is None:
        raise NotFound("tool")
    return describe(tool)
