"""One JSON description of a tool, from which form, API schema, command line and manual are made."""

from dataclasses import asdict
from typing import Any

from pipeline.toolkit.tool import Tool


def describe(tool: Tool) -> dict[str, Any]:
    """Return everything a stranger needs to know to use the tool, as plain values."""
    return {
        "slug": tool.slug,
        "title": tool.title,
        "summary": tool.summary,
        "icon": tool.icon,
        "help": tool.help,
        "references": list(tool.references),
        "live": tool.live,
        "seeded": tool.wants_seed,
        "resources": asdict(tool.resources),
        "relief": tool.relief,
        "inputs": [
            {
                "name": slot.name,
                "kind": slot.kind.kind,  # type: ignore[attr-defined]
                "kind_title": slot.kind.title,  # type: ignore[attr-defined]
                "suffixes": list(slot.kind.suffixes),  # type: ignore[attr-defined]
                "title": slot.title,
                "help": slot.help,
                "required": slot.required,
                "repeated": slot.repeated,
                "at_least": slot.at_least,
                "at_most": slot.at_most,
                "type_title": slot.type_title,
                "type_example": slot.type_example,
            }
            for slot in tool.inputs
        ],
        "parameters": [
            asdict(p) | {"choices": [{"value": v, "label": text} for v, text in p.choices], "rule": p.rule, "condition": tool.condition(p)}
            for p in tool.parameters
        ],
        "parameters_schema": tool.model.model_json_schema(),
        "outputs": [
            {
                "name": slot.name,
                "kind": slot.kind.kind,
                "title": slot.title,
                "caption": slot.caption,
                "section": slot.section,
                "required": slot.required,
            }  # type: ignore[attr-defined]
            for slot in tool.outputs
        ],
        "examples": [{"title": e.title, "files": sorted(e.files), "parameters": dict(e.parameters)} for e in tool.examples],
    }
