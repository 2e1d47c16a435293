"""What the parts of a declaration say about each other, checked when the site starts."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from pipeline.toolkit.errors import ToolDefinitionError
from pipeline.toolkit.parameters import Parameter
from pipeline.toolkit.places import counts, spread
from pipeline.toolkit.tool import QUEUE_NAME, Tool


def require_consistent(tool: Tool, where: str) -> None:
    """Check what refers to something else: conditions, columns, defaults of roles, examples.

    Raises:
        ToolDefinitionError: If something refers to what is not there; names file, parameter and cure.
    """
    _require_resources(tool, where)
    known = {p.name: p for p in tool.parameters}
    for parameter in tool.parameters:
        at = f"{where}, parameter {parameter.name!r}"
        _require_condition(tool, parameter, known, at)
        _require_columns(tool, parameter, at)
        for role, value in parameter.role_defaults.items():
            _require_value(tool, parameter.name, value, f"{at}, default of the role {role!r}")
    _require_examples(tool, where)


def _require_resources(tool: Tool, where: str) -> None:
    needs = tool.resources
    if not QUEUE_NAME.fullmatch(needs.queue):
        message = f"{where}: {needs.queue!r} cannot be the name of a queue. Use at most 32 small letters, digits and hyphens, as in 'long'."
        raise ToolDefinitionError(message)
    for name, value in (("seconds", needs.seconds), ("memory_mib", needs.memory_mib)):
        if value is not None and value < 1:
            message = f"{where}: resources, {name} is {value!r}. Give a whole number from 1 on, or leave it out to take the site's limit."
            raise ToolDefinitionError(message)


def _require_condition(tool: Tool, parameter: Parameter, known: dict[str, Parameter], at: str) -> None:
    for name, wanted in parameter.show_when.items():
        if name not in known or name == parameter.name:
            message = f"{at}: show_when names {name!r}, which is no other parameter. There are: {', '.join(known)}."
            raise ToolDefinitionError(message)
        for value in wanted:
            _require_value(tool, name, value, f"{at}: show_when, {name!r}")
    if parameter.show_when and parameter.required:
        message = f"{at}: it has a condition but no default, so there is no value while the condition fails. Give it a default."
        raise ToolDefinitionError(message)


def _require_columns(tool: Tool, parameter: Parameter, at: str) -> None:
    slots = [slot.name for slot in tool.inputs if getattr(slot.kind, "has_columns", False)]
    if parameter.column_of and parameter.column_of not in slots:
        message = f"{at}: column_of names {parameter.column_of!r}, which is no input with columns. There are: {', '.join(slots) or 'none'}."
        raise ToolDefinitionError(message)


def _require_value(tool: Tool, name: str, value: Any, at: str) -> None:
    info = tool.model.model_fields[name]
    try:
        TypeAdapter(info.rebuild_annotation()).validate_python(value)
    except ValidationError:
        rule = next(p.rule for p in tool.parameters if p.name == name)
        message = f"{at}: {value!r} is not accepted. {rule}"
        raise ToolDefinitionError(message) from None


def _require_examples(tool: Tool, where: str) -> None:
    slots, names = {slot.name: slot for slot in tool.inputs}, {p.name for p in tool.parameters}
    for example in tool.examples:
        at = f"{where}, example {example.title!r}"
        if unknown := sorted(set(example.files) - set(slots)) + sorted(set(example.parameters) - names):
            message = f"{at}: {', '.join(unknown)} is no input and no parameter of this tool."
            raise ToolDefinitionError(message)
        if faults := [fault for name, count in counts(spread(tool, example.files)).items() if (fault := slots[name].count_fault(count))]:
            message = f"{at}: {' '.join(faults)}"
            raise ToolDefinitionError(message)
        if missing := [str(path) for path in example.paths if not path.is_file()]:
            message = f"{at}: {', '.join(missing)} is not there. Ship it with the tool."
            raise ToolDefinitionError(message)
