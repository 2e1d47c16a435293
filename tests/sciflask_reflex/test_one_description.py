"""The description of a tool is the only source: whatever it says, every way in says, and nothing else."""

import ast
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline import tools
from pipeline.toolkit.described import described
from sciflask_reflex.agents import catalogue
from sciflask_reflex.analyses.parameter_fields import parameter_fields
from sciflask_reflex.analyses.rows import _parameters
from sciflask_reflex.api.app import versioned
from sciflask_reflex.api.openapi import document
from sciflask_reflex.api.readme import methods
from sciflask_reflex.api.tools import list_tools, show_tool
from sciflask_reflex.commands.run_arguments import _parser
from sciflask_reflex.studies.controls_view import input_slots
from sciflask_reflex.tools.page import tool_page

ROOT = Path(__file__).parents[2]
WORDS = ("title", "help", "summary", "label", "description", "caption", "unit", "rule", "references")
LIE = "Untrue: "


def lying(told: Any, key: str = "") -> Any:
    """Return a description with every word for people turned into a lie."""
    if isinstance(told, dict):
        return {name: lying(value, name) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [lying(item, key) for item in told]
    return LIE + told if isinstance(told, str) and told and key in WORDS else told


@pytest.fixture
def liar(every_kind, monkeypatch) -> Iterator[Any]:
    """The tool with everything, whose description lies."""
    module = import_module("pipeline.toolkit.describe")
    honest = module.describe
    monkeypatch.setattr(module, "describe", lambda tool: lying(honest(tool)))
    described.cache_clear()
    catalogue._act.cache_clear()
    yield every_kind
    described.cache_clear()
    catalogue._act.cache_clear()


def analysis_of(tool: Any) -> Any:
    return SimpleNamespace(tool=tool.slug, parameters={p.name: p.default for p in tool.parameters}, manifest={"seed": 0})


WAYS = {
    "form": lambda tool: str(parameter_fields(tool)),
    "upload form": lambda tool: str(input_slots(tool)),
    "manual": lambda tool: str(tool_page(tool)),
    "command line": lambda tool: " ".join(_parser(tool).format_help().split()),
    "API schema": lambda tool: json.dumps(document(versioned())["components"]["schemas"][tool.model.__name__]),
    "API": lambda tool: json.dumps(show_tool(tool.slug)),
    "list of the API": lambda tool: json.dumps([one for one in list_tools() if one["slug"] == tool.slug]),
    "language models": lambda tool: catalogue._act(tool).model_dump_json(),
    "methods": lambda tool: methods(analysis_of(tool)),
    "result page": lambda tool: repr(_parameters(analysis_of(tool))),
}
PARAMETERS_IN = ("form", "manual", "command line", "API schema", "API", "language models", "result page")
INPUTS_IN = ("upload form", "manual", "command line", "API", "language models")


@pytest.mark.parametrize("way", WAYS)
def test_a_lie_of_the_description_is_told_everywhere_and_no_truth_beside_it(liar, way):
    said = WAYS[way](liar)
    words = [*(p.help for p in liar.parameters), *(slot.help for slot in liar.inputs), liar.summary, *liar.references]
    for truth in filter(None, words):
        assert said.count(truth) == said.count(LIE + truth), f"{way} knows {truth!r} from somewhere else"
    assert LIE in said


@pytest.mark.parametrize(("ways", "of"), [(PARAMETERS_IN, "parameters"), (INPUTS_IN, "inputs")])
def test_every_parameter_and_input_is_told_of(every_kind, ways, of):
    for way in ways:
        said = WAYS[way](every_kind)
        missing = [one.name for one in getattr(every_kind, of) if one.help and one.help not in said]
        counted = [p.name for p in every_kind.parameters if p.counts(analysis_of(every_kind).parameters)]
        assert [name for name in missing if way != "result page" or name in counted] == [], way


def texts_in(path: Path) -> set[str]:
    """Return the texts of a source file, docstrings apart."""
    tree = ast.parse(path.read_text())
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    }


def test_no_part_of_the_site_names_a_setting_of_a_tool():
    told = {word for tool in tools().values() for p in tool.parameters for word in (p.name, p.title, p.help)}
    told |= {word for tool in tools().values() for slot in tool.inputs for word in (slot.help,) if word}
    found = {
        f"{path.relative_to(ROOT)}: {text!r}"
        for folder in ("sciflask_reflex", "sciflask_client")
        for path in (ROOT / folder).rglob("*.py")
        for text in texts_in(path) & told
    }
    assert found == set()
