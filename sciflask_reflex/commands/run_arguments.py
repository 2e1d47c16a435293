"""The arguments of ``sciflask run TOOL``: options made from the tool's own description."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from pipeline.toolkit.described import described
from pipeline.toolkit.parameters import Parameter
from pipeline.toolkit.tool import Tool

TRUTHS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


class Misused(Exception):
    """The command line cannot be understood; the text says why."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong by an exception, so that there is one way out."""

    def error(self, message: str) -> NoReturn:
        sentence = f"{message}. `{self.prog} --help` lists what it takes."
        raise Misused(sentence)


def flag(name: str) -> str:
    """Return the option of an input or a parameter."""
    return f"--{name.replace('_', '-')}"


def read_arguments(tool: Tool, arguments: Sequence[str]) -> argparse.Namespace:
    """Return the arguments; raises Misused. ``--help`` prints and exits."""
    return _parser(tool).parse_args(list(arguments))


def _parser(tool: Tool) -> _Parser:
    parser = _Parser(
        prog=f"sciflask run {tool.slug}",
        description=described(tool).summary,
        epilog="The same file and settings give the same numbers as on the site.",
        allow_abbrev=False,
    )
    inputs = parser.add_argument_group("data")
    for slot in described(tool).inputs:
        several = {"nargs": "+", "action": "extend"} if slot.repeated else {}
        words = f"{slot.title}{f': {slot.takes}, in this order' if slot.repeated else ''}. {slot.help}"
        inputs.add_argument(
            flag(slot.name), dest=slot.name, type=Path, required=slot.required, metavar="FILE", help=_percent(words), **several
        )
        if slot.type_title:
            inputs.add_argument(flag(f"{slot.name}_label"), dest=f"{slot.name}__label", default="", metavar="WORDS", help=slot.type_title)
    settings = parser.add_argument_group("parameters")
    for parameter in described(tool).parameters:
        settings.add_argument(
            flag(parameter.name), dest=f"{parameter.name}__value", metavar=_metavar(parameter), help=_percent(_help(tool, parameter))
        )
    parser.add_argument("-o", "--out", type=Path, required=True, help="Folder for the result; made when it is not there.")
    parser.add_argument("--seed", type=int, default=0, help="Seed of random numbers (default: 0).")
    parser.add_argument("--accept-warnings", action="store_true", help="Go on although the check warns.")
    parser.add_argument("--quiet", action="store_true", help="Say nothing but errors.")
    return parser


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _metavar(parameter: Parameter) -> str:
    if parameter.choices:
        return "{" + ",".join(value for value, _ in parameter.choices) + "}"
    words = {"boolean": "yes|no", "integer": "N", "number": "X", "range": "FROM,TO", "column": "COLUMN", "columns": "COLUMN,COLUMN"}
    return words.get(parameter.kind, "TEXT")


def _help(tool: Tool, parameter: Parameter) -> str:
    default = f" Default: {parameter.as_text(parameter.default)}." if not parameter.required and parameter.default not in (None, "") else ""
    condition = f" Counts only {described(tool).condition(parameter)}." if parameter.show_when else ""
    return f"{parameter.help} {parameter.rule}{condition}{default}"


def parameters_in(tool: Tool, given: argparse.Namespace) -> dict[str, Any]:
    """Return what was set, as text; raises Misused when something is missing."""
    values: dict[str, Any] = {}
    for parameter in described(tool).parameters:
        text = getattr(given, f"{parameter.name}__value")
        if text is None:
            continue
        values[parameter.name] = TRUTHS.get(text.strip().lower(), text) if parameter.kind == "boolean" else text
    if missing := [flag(p.name) for p in described(tool).parameters if p.required and p.name not in values]:
        message = f"{', '.join(missing)} is needed."
        raise Misused(message)
    return values


def labels_in(tool: Tool, given: argparse.Namespace) -> dict[str, str]:
    """Return what the data are, in the person's words, by input."""
    labels = {slot.name: getattr(given, f"{slot.name}__label") for slot in described(tool).inputs if slot.type_title}
    return {name: text for name, text in labels.items() if text}
