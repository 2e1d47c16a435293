"""What a language model is told it can do. Everything about the science is made from the tools' own descriptions."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import mcp_types as mcp

from pipeline import tools
from pipeline.toolkit import Tool
from pipeline.toolkit.described import described

MOST_BYTES = 512 * 1024
"""Of data in one call; larger files go through ``POST /api/v1/uploads``."""
MOST_CHARACTERS = 60_000
FURTHEST = 5_000_000
"""How far into a table that is made for each answer one may read, in characters."""
ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
READ = mcp.ToolAnnotations(read_only_hint=True, open_world_hint=False)
WRITE = mcp.ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)
ANALYSIS = {"analysis": ID | {"description": "Id of an analysis."}}


def catalogue() -> list[mcp.Tool]:
    """Return every act: the general ones, and one for each tool of the site."""
    return [*GENERAL, *(_act(tool) for tool in tools().values())]


def schema_of(name: str) -> dict[str, Any]:
    """Return the schema of an act's arguments, as models are shown it."""
    return next(act.input_schema for act in catalogue() if act.name == name)


@cache
def _act(tool: Tool) -> mcp.Tool:
    return _compute(described(tool).told) if tool.live else _run(described(tool).told)


def act_name(slug: str) -> str:
    """Return the name of the act that runs a tool."""
    return f"run_{slug.replace('-', '_')}"


def _object(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False} | more


def _compute(told: Mapping[str, Any]) -> mcp.Tool:
    """Return the act that computes a live tool: its parameters with their bounds, and the seed where it wants one."""
    schema = told["parameters_schema"]
    given = {"parameters": {key: value for key, value in schema.items() if key not in ("$defs", "title")}}
    if told["seeded"]:
        words = "Where random numbers begin. The same seed gives the same result."
        given["seed"] = {"type": "integer", "minimum": 0, "maximum": 2**32 - 1, "default": 0, "description": words}
    text = f"{told['summary']} Needs no data and answers with the result at once; read_live_result reads its files.\n\n{told['help']}"
    return mcp.Tool(
        name=act_name(told["slug"]),
        title=told["title"],
        description=text,
        input_schema=_object(given, **({"$defs": schema["$defs"]} if "$defs" in schema else {})),
        annotations=READ,
    )


def _run(told: Mapping[str, Any]) -> mcp.Tool:
    """Return the act that runs one tool: its inputs as uploads, its parameters with their bounds."""
    schema = told["parameters_schema"]
    inputs: dict[str, Any] = {}
    for slot in told["inputs"]:
        words = f"{slot['title']}: id of an upload ({', '.join(slot['suffixes'])}). {slot['help']}".strip()
        one = ID | {"description": words}
        inputs[slot["name"]] = _several(slot, words) if slot["repeated"] else one
        if slot["type_title"]:
            inputs[f"{slot['name']}_label"] = {"type": "string", "maxLength": 80, "description": f"{slot['type_title']}, in a word or two."}
    common = {
        "name": {"type": "string", "maxLength": 120, "description": "What to call the analysis."},
        "accept_warnings": {
            "type": "boolean",
            "default": False,
            "description": "Whether warnings of the data check are acceptable. Ask the person.",
        },
    }
    parameters = {"parameters": {key: value for key, value in schema.items() if key not in ("$defs", "title")}}
    definitions = {"$defs": schema["$defs"]} if "$defs" in schema else {}
    required = [slot["name"] for slot in told["inputs"] if slot["required"]]
    text = f"{told['summary']} Checks the data, queues an analysis and returns its id at once; ask analysis_status until it is done.\n\n{told['help']}"
    return mcp.Tool(
        name=act_name(told["slug"]),
        title=told["title"],
        description=text,
        input_schema=_object(inputs | parameters | common, *required, **definitions),
        annotations=WRITE,
    )


def _several(slot: dict[str, Any], words: str) -> dict[str, Any]:
    """Return the schema of an input that takes several files, in their order."""
    words = words.replace("id of an upload", f"ids of {slot['at_least']} to {slot['at_most']} uploads in their order", 1)
    return {"type": "array", "items": ID, "minItems": slot["at_least"], "maxItems": slot["at_most"], "description": words}


GENERAL = (
    mcp.Tool(
        name="list_tools",
        title="List the scientific tools",
        description="Say which analyses this site offers, with inputs, parameters, outputs and what to cite.",
        input_schema=_object({}),
        annotations=READ,
    ),
    mcp.Tool(
        name="upload_data",
        title="Upload a small file",
        description=f"Send a text file of at most {MOST_BYTES // 1024} KiB, as it is. It is stored for the person and waits for an analysis.",
        input_schema=_object(
            {
                "filename": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 255,
                    "description": "As in genes.csv; the ending says what it is.",
                },
                "content": {"type": "string", "maxLength": MOST_BYTES, "description": "The file's text."},
            },
            "filename",
            "content",
        ),
        annotations=WRITE,
    ),
    mcp.Tool(
        name="analysis_status",
        title="Ask how far an analysis is",
        description="Return status, stage, fraction and place in the queue; once it is done, key numbers, notes and the names of its files.",
        input_schema=_object(ANALYSIS, "analysis"),
        annotations=READ,
    ),
    mcp.Tool(
        name="read_result",
        title="Read a file of a result",
        description=(
            f"Return a text file of a finished analysis, at most {MOST_CHARACTERS:,} characters from an offset. Narrow large tables by "
            "their filters, rather than reading them through."
        ),
        input_schema=_object(
            ANALYSIS
            | {
                "file": {"type": "string", "maxLength": 128, "description": "Name of the file, as analysis_status lists it."},
                "offset": {"type": "integer", "minimum": 0, "default": 0, "description": "Where to begin, in characters."},
                "filters": {
                    "type": "object",
                    "maxProperties": 20,
                    "additionalProperties": {"type": ["string", "number"], "maxLength": 1_000},
                    "description": "Values for filters of a table, by name; analysis_status lists which a file has.",
                },
            },
            "analysis",
            "file",
        ),
        annotations=READ,
    ),
    mcp.Tool(
        name="read_live_result",
        title="Read a file of a live result",
        description=f"Return a text file of what a live tool computed, at most {MOST_CHARACTERS:,} characters from an offset.",
        input_schema=_object(
            {
                "tool": {"type": "string", "maxLength": 64, "description": "Slug of the live tool."},
                "result": ID | {"description": "Id of the result, as its act returned it."},
                "file": {"type": "string", "maxLength": 128, "description": "Name of the file, as the act listed it."},
                "offset": {"type": "integer", "minimum": 0, "default": 0, "description": "Where to begin, in characters."},
            },
            "tool",
            "result",
            "file",
        ),
        annotations=READ,
    ),
    mcp.Tool(
        name="cancel_analysis",
        title="Cancel an analysis",
        description="Stop an analysis that waits or runs. What has ended stays as it is.",
        input_schema=_object(ANALYSIS, "analysis"),
        annotations=mcp.ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False),
    ),
)
