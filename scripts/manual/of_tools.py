"""Reference of tools: those of this checkout, and the kinds of which any tool is made."""

import inspect
import re
from typing import Any

from sphinx.ext.napoleon import Config, NumpyDocstring

from pipeline import tools
from pipeline.toolkit import Limits, describe
from pipeline.toolkit.kinds import INPUT_KINDS
from pipeline.toolkit.outputs import OUTPUT_KINDS
from pipeline.toolkit.parameters import parameter
from sciflask_reflex.settings import ROOT
from scripts.manual.markdown import code, page, rst, table

METHODS = "../../tools/{}.md"
PARAMETER_KINDS = {
    "integer": "int", "number": "float", "boolean": "bool", "text": "str", "choice": "Literal[...] or an Enum of texts",
    "choices": "list[Literal[...]]", "range": "tuple[float, float] or tuple[int, int]", "column": "str, with column_of=",
    "columns": "list[str], with column_of=",
}  # fmt: skip
"""Each kind of parameter, and the type that makes it; a test compares them with the toolkit."""


def _first(docstring: str | None) -> str:
    return (inspect.cleandoc(docstring or "").split("\n\n")[0]).replace("\n", " ").replace("``", "`")


def inputs_page() -> str:
    """Every kind of input."""
    parts = []
    for kind in INPUT_KINDS:
        rules = "\n".join(f"* {rule}" for rule in kind.rules(Limits()))
        parts.append(
            f"## {kind.__name__}\n\n{_first(kind.__doc__)}\n\nOn pages: *{kind.title}*. Kind in JSON: `{kind.kind}`. "
            f"Names of files end with {', '.join(code(suffix) for suffix in kind.suffixes)}.\n\n{rules}"
        )
    return page(
        "Kinds of input",
        "An argument with one of these annotations is a place for a file. `| None` makes it optional; `FileList[...]` takes several files of a "
        "kind. Numbers below are the defaults of the [settings](settings.md).",
        *parts,
    )


def parameters_page() -> str:
    """Every kind of parameter, and what may be said about one."""
    rows = [(code(name), code(types)) for name, types in PARAMETER_KINDS.items()]
    return page(
        "Kinds of parameter",
        "A keyword-only argument is a parameter: a field of the form, an option of the command, a key of the JSON. `| None` lets it be empty.",
        table(("kind in JSON", "annotation"), rows),
        "What is said about one goes into `Annotated[type, parameter(...)]`:",
        rst(f".. autofunction:: {parameter.__module__}.parameter\n   :no-index:\n"),
    )


def outputs_page() -> str:
    """Every kind of output."""
    parts = [
        f"## {kind.__name__}\n\nKind in JSON: `{kind.kind}`.\n\n"
        + rst(f".. autoclass:: {kind.__module__}.{kind.__name__}\n   :no-index:\n   :no-members:\n")
        for kind in OUTPUT_KINDS
    ]
    return page(
        "Kinds of output",
        "A tool returns a dataclass; each of its fields has one of these types, in `Annotated[type, Output(...)]`.",
        *parts,
    )


def tools_page() -> str:
    """The tools of this checkout, with a page for each."""
    rows = [(f"[{tool.title}](tools/{slug}.md)", code(slug), tool.summary) for slug, tool in sorted(tools().items())]
    contents = "\n".join(["```{toctree}", ":hidden:", "", *(f"tools/{slug}" for slug in sorted(tools())), "```"])
    return page("Tools", table(("tool", "slug", "what it does"), rows), contents)


def tool_pages() -> dict[str, str]:
    """Return a page for each tool, by slug."""
    return {slug: _tool_page(describe(tool)) for slug, tool in tools().items()}


def _tool_page(tool: dict[str, Any]) -> str:
    inputs = [(code(i["name"]), i["title"], i["kind_title"], _needed(i), i["help"]) for i in tool["inputs"]]
    parameters = [(code(p["name"]), p["title"], _default(p), p["rule"], p["help"]) for p in tool["parameters"]]
    outputs = [(code(o["name"]), o["title"], o["kind"], o["caption"]) for o in tool["outputs"]]
    limits = tool["resources"]
    kind = "Recomputed as its controls move." if tool["live"] else f"Waits in the queue `{limits['queue']}`; {_limits(limits)}."
    methods = (
        f" [Its methods]({METHODS.format(tool['slug'])}) in depth." if (ROOT / "docs" / "tools" / f"{tool['slug']}.md").is_file() else ""
    )
    parts = [
        f"{tool['summary']} Slug: `{tool['slug']}`. {kind}{methods}",
        "## Inputs\n\n" + (table(("name", "title", "kind", "needed", "what it is"), inputs) if inputs else "It needs none."),
        "## Parameters\n\n" + (table(("name", "title", "default", "rule", "what it does"), parameters) if parameters else "It has none."),
        "## Outputs\n\n" + table(("name", "title", "kind", "caption"), outputs),
        "## How it works\n\n" + rst(_escaped(str(NumpyDocstring(tool["help"], Config())))),
    ]
    if tool["references"]:
        parts.append("## References\n\n" + "\n".join(f"* {entry}" for entry in tool["references"]))
    return page(tool["title"], *parts)


def _escaped(text: str) -> str:
    """Return reStructuredText in which a bar is a bar, as in |r|, not the beginning of a substitution."""
    return re.sub(r"(``.*?``)|\\?\|", lambda found: found[1] or "\\|", text)


def _limits(resources: dict[str, Any]) -> str:
    known = [f"{resources[name]} {unit}" for name, unit in (("seconds", "s"), ("memory_mib", "MiB")) if resources[name]]
    return f"one run may use {' and '.join(known)}" if known else "one run may use what the site allows"


def _needed(given: dict[str, Any]) -> str:
    if given["repeated"]:
        return f"{given['at_least']} to {given['at_most']} files" if given["required"] else f"up to {given['at_most']} files"
    return "yes" if given["required"] else "no"


def _default(given: dict[str, Any]) -> str:
    if given["required"]:
        return "none: it must be given"
    value = given["default"]
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value
    unit = f" {given['unit']}" if given["unit"] else ""
    return f"{code(shown)}{unit}" if value not in (None, "", []) else "empty"
