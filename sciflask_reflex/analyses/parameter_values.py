"""Between parameters and form fields: what a form begins with, and what was filled in."""

from collections.abc import Mapping
from typing import Any

from pipeline.toolkit import Parameter
from pipeline.toolkit.described import described
from pipeline.toolkit.tool import Tool

FROM, TO = "from", "to"


def part(name: str, of: str) -> str:
    """Return the name of one control of a parameter that has several."""
    return f"{name}.{of}"


def texts_of(tool: Tool, values: Mapping[str, Any]) -> dict[str, str]:
    """Return what each control begins with."""
    texts: dict[str, str] = {}
    for parameter in described(tool).parameters:
        value = values.get(parameter.name)
        texts[parameter.name] = parameter.as_text(value)
        if parameter.kind == "range":
            ends = value if isinstance(value, list) else ["", ""]
            texts |= {part(parameter.name, end): parameter.as_text(one) for end, one in zip((FROM, TO), ends, strict=True)}
    return texts


def chosen_of(tool: Tool, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return which boxes are ticked to begin with."""
    return {p.name: [str(one) for one in values.get(p.name) or []] for p in described(tool).parameters if p.kind == "choices"}


def as_sent(form: Mapping[str, str | bool | None]) -> dict[str, str]:
    """Return a form as a browser sends it by itself: a ticked box is "on", and one without a tick is not there."""
    return {name: "on" if value is True else value for name, value in form.items() if value not in (None, False)}  # pyright: ignore[reportReturnType]


def filled_in(tool: Tool, form: Mapping[str, str]) -> dict[str, Any]:
    """Return what was set, for the tool to check; a box that sends nothing means no, and what was not shown is left out."""
    given: dict[str, Any] = {}
    for parameter in described(tool).parameters:
        if (value := _value(parameter, form)) is not None:
            given[parameter.name] = value
    return {name: value for name, value in given.items() if _is_shown(tool, name, given)}


def _value(parameter: Parameter, form: Mapping[str, str]) -> Any:
    if parameter.kind == "boolean":
        return parameter.name in form
    if parameter.kind == "choices":
        return [value for value, _ in parameter.choices if part(parameter.name, value) in form]
    if parameter.kind == "range":
        ends = [form.get(part(parameter.name, end), "").strip() for end in (FROM, TO)]
        return None if part(parameter.name, FROM) not in form else "" if not any(ends) else ends
    return form[parameter.name].strip() if parameter.name in form else None


def _is_shown(tool: Tool, name: str, given: Mapping[str, Any]) -> bool:
    """Whether a field was on the page: boxes that were not there look like boxes without a tick."""
    known = {p.name: p for p in described(tool).parameters}
    parameter = known[name]
    return all(
        _is_shown(tool, other, given) and given.get(other, known[other].default) in wanted for other, wanted in parameter.show_when.items()
    )
