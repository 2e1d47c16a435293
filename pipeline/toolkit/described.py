"""A tool as its description tells of it. Whatever shows a tool to people or programs reads this, and has nothing else to read."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import import_module
from typing import Any

from pipeline.toolkit.kinds import BY_NAME
from pipeline.toolkit.outputs import OUTPUT_KINDS
from pipeline.toolkit.parameters import Parameter
from pipeline.toolkit.tool import InputSlot, OutputSlot, Tool

_source = import_module("pipeline.toolkit.describe")
"""The module, whose name the package has given to its function."""
OUTPUTS: dict[str, Any] = {kind.kind: kind for kind in OUTPUT_KINDS}


@dataclass(frozen=True, eq=False)
class Described:
    """What a description says, with names to ask for it."""

    told: Mapping[str, Any]
    """The description itself, as ``describe`` returns it."""
    inputs: tuple[InputSlot, ...]
    parameters: tuple[Parameter, ...]
    outputs: tuple[OutputSlot, ...]

    @property
    def slug(self) -> str:
        """The tool's name in addresses and commands."""
        return self.told["slug"]

    @property
    def title(self) -> str:
        """The tool's name for people."""
        return self.told["title"]

    @property
    def summary(self) -> str:
        """What a person gets, in a sentence."""
        return self.told["summary"]

    @property
    def icon(self) -> str:
        """Name of its icon."""
        return self.told["icon"]

    @property
    def help(self) -> str:
        """The help page."""
        return self.told["help"]

    @property
    def references(self) -> tuple[str, ...]:
        """What to cite."""
        return tuple(self.told["references"])

    @property
    def parameters_schema(self) -> Mapping[str, Any]:
        """The JSON schema of the parameters."""
        return self.told["parameters_schema"]

    def condition(self, parameter: Parameter) -> str:
        """Say in words when a parameter counts."""
        return next(each["condition"] for each in self.told["parameters"] if each["name"] == parameter.name)


@cache
def described(tool: Tool) -> Described:
    """Return a tool as its description tells of it."""
    told = _source.describe(tool)
    return Described(
        told,
        tuple(InputSlot(**_known(InputSlot, slot) | {"kind": BY_NAME[slot["kind"]]}) for slot in told["inputs"]),
        tuple(_parameter(one) for one in told["parameters"]),
        tuple(OutputSlot(**_known(OutputSlot, slot) | {"kind": OUTPUTS[slot["kind"]]}) for slot in told["outputs"]),
    )


def _parameter(told: Mapping[str, Any]) -> Parameter:
    values = _known(Parameter, told)
    values["choices"] = tuple((choice["value"], choice["label"]) for choice in told["choices"])
    return Parameter(**values)


def _known(kind: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    return {each.name: told[each.name] for each in fields(kind) if each.name in told}
