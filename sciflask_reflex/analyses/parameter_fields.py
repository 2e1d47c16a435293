"""Draws the parameters of a tool: one field for each, in its section, while it counts. All of it comes from the tool's description."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import reflex as rx

from pipeline.toolkit import Parameter
from pipeline.toolkit.described import described
from pipeline.toolkit.tool import Tool
from sciflask_reflex.analyses.form_state import AnalysisFormState
from sciflask_reflex.analyses.parameter_values import FROM, TO, part
from sciflask_reflex.shell.fields import checkbox, choice_input, fault, field, text_input

MODES = {"integer": "numeric", "number": "decimal"}


@dataclass(frozen=True)
class Form:
    """Where fields have their values, ticks and faults from, and what is told when one changes on which others depend."""

    state: Any
    """A State with ``values``, ``chosen``, ``errors`` and ``columns``."""
    decide: Callable[[str, Any], Any] | None = None
    beside: Callable[[Parameter, rx.Component], rx.Component] | None = None
    """Draws the control of a number, when it shall have more than a field."""


ANALYSIS = Form(AnalysisFormState, AnalysisFormState.decide)


def parameter_fields(tool: Tool, form: Form = ANALYSIS) -> rx.Component:
    """Draw all parameters of a tool, section by section."""
    parameters = described(tool).parameters
    decisive = {name for parameter in parameters for name in parameter.show_when}
    sections = [
        _section(title, [_while_it_counts(form, parameters, one, _field(form, one, decisive=one.name in decisive)) for one in members])
        for title, members in groupby(parameters, key=lambda one: one.section)
    ]
    return rx.el.div(*sections, class_name="stack l")


def _section(title: str, fields: list[rx.Component]) -> rx.Component:
    if not title:
        return rx.el.div(*fields, class_name="stack l")
    return rx.el.fieldset(rx.el.legend(title, class_name="legend"), rx.el.div(*fields, class_name="stack l"), class_name="section")


def _while_it_counts(form: Form, parameters: Iterable[Parameter], parameter: Parameter, drawn: rx.Component) -> rx.Component:
    """Show a field only while what it depends on has the value that it needs, as the form holds it."""
    known = {one.name: one for one in parameters}
    for name, wanted in parameter.show_when.items():
        texts = [known[name].as_text(value) for value in wanted]
        drawn = rx.cond(rx.Var.create(texts).contains(form.state.values[name]), drawn)
    return drawn


def _field(form: Form, parameter: Parameter, *, decisive: bool) -> rx.Component:
    value, error = form.state.values[parameter.name], form.state.errors[parameter.name]
    label = f"{parameter.title} ({parameter.unit})" if parameter.unit else parameter.title
    tell = form.decide if decisive else None
    decide = {"on_change": lambda typed: tell(parameter.name, typed.to(str))} if tell else {}
    if parameter.kind == "boolean":
        decide = {"on_change": lambda on: tell(parameter.name, rx.cond(on, "True", "False"))} if tell else {}
        box = checkbox(label, control_id=parameter.name, default_checked=value == "True", **decide)
        return rx.el.div(
            box, rx.el.span(parameter.help, class_name="hint"), rx.cond(error, fault(error, parameter.name)), class_name="field"
        )
    if parameter.kind == "choices":
        return _boxes(form, parameter, label)
    if parameter.kind == "range":
        return _ends(form, parameter, label)
    if parameter.kind == "choice":
        empty = (("", "–"),) if parameter.optional else ()
        control = choice_input(parameter.name, (*empty, *parameter.choices), default_value=value, **decide)
    elif parameter.column_of:
        control = _columns(form, parameter)
    else:
        keys = {"input_mode": MODES[parameter.kind], "auto_complete": "off"} if parameter.kind in MODES else {}
        control = text_input(parameter.name, error=error, default_value=value, **keys, **decide)
        if form.beside is not None and parameter.kind in MODES:
            control = form.beside(parameter, control)
    return field(
        label, control, control_id=parameter.name, help_text=f"{parameter.help} {accepted(parameter)}", hint=_hint(parameter), error=error
    )


def _hint(parameter: Parameter) -> str:
    if parameter.kind == "choice":
        return ""
    hint = parameter.bounds[:1].upper() + parameter.bounds[1:]
    if parameter.kind == "columns":
        hint = "Names of columns, separated by commas"
    return f"{hint}{'; may' if hint else 'May'} stay empty" if parameter.optional else hint


def accepted(parameter: Parameter) -> str:
    """Say for the tooltip what a parameter takes, and what it is when nobody changes it."""
    has_default = parameter.default not in (None, "", [])
    return f"{parameter.rule} Default: {parameter.in_words(parameter.default)}." if has_default else parameter.rule


def _group(form: Form, parameter: Parameter, label: str, *controls: rx.Component) -> rx.Component:
    """Draw several controls that make one value."""
    error = form.state.errors[parameter.name]
    return rx.el.fieldset(
        rx.el.legend(label, class_name="legend"),
        rx.el.span(f"{parameter.help} {_hint(parameter)}".strip(), class_name="hint", id=f"{parameter.name}-hint"),
        *controls,
        rx.cond(error, fault(error, parameter.name)),
        class_name="field bare",
        custom_attrs={"aria-describedby": f"{parameter.name}-hint {parameter.name}-fault"},
    )


def _boxes(form: Form, parameter: Parameter, label: str) -> rx.Component:
    chosen = form.state.chosen[parameter.name]
    boxes = [
        checkbox(text, control_id=part(parameter.name, value), default_checked=chosen.contains(value)) for value, text in parameter.choices
    ]
    return _group(form, parameter, label, rx.el.div(*boxes, class_name="stack s"))


def _ends(form: Form, parameter: Parameter, label: str) -> rx.Component:
    """Draw the two numbers of a range."""
    mode = "numeric" if parameter.whole else "decimal"
    ends = [
        field(
            word,
            text_input(
                part(parameter.name, end),
                default_value=form.state.values[part(parameter.name, end)],
                input_mode=mode,
                auto_complete="off",
            ),
            control_id=part(parameter.name, end),
        )
        for end, word in ((FROM, "From"), (TO, "To"))
    ]
    return _group(form, parameter, label, rx.el.div(*ends, class_name="row"))


def _columns(form: Form, parameter: Parameter) -> rx.Component:
    """Draw a field that offers the columns of the data while somebody types."""
    value, error = form.state.values[parameter.name], form.state.errors[parameter.name]
    offered = f"{parameter.name}-columns"
    return rx.fragment(
        text_input(parameter.name, error=error, default_value=value, auto_complete="off", list=offered),
        rx.el.datalist(rx.foreach(form.state.columns[parameter.name], lambda name: rx.el.option(value=name)), id=offered),
    )
