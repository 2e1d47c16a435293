"""Controls of a live tool: the fields of its form, and a slider for each number that has an end on both sides."""

import math

import reflex as rx

from pipeline.toolkit import Parameter, Tool
from sciflask_reflex.analyses.parameter_fields import Form, parameter_fields
from sciflask_reflex.instant.opening import SEED
from sciflask_reflex.instant.state import InstantState
from sciflask_reflex.shell.fields import field, text_input

MOST_STEPS = 10_000
"""A slider with more would leap from one pixel to the next."""


def steps(parameter: Parameter) -> tuple[float, float, float] | None:
    """Return least, most and step of a slider for a number; None where a field alone is better.

    Steps of a number with a fraction are a power of ten, about a hundredth of the way.
    """
    least = parameter.ge if parameter.ge is not None else parameter.gt
    most = parameter.le if parameter.le is not None else parameter.lt
    if least is None or most is None or not least < most:
        return None
    step = 1.0 if parameter.kind == "integer" else 10.0 ** math.floor(math.log10((most - least) / 100) + 1e-9)
    digits = max(0, -math.floor(math.log10(step)))
    least = round(least + step, digits) if parameter.ge is None else least
    most = round(most - step, digits) if parameter.le is None else most
    return (least, most, step) if (most - least) / step <= MOST_STEPS else None


def _with_slider(parameter: Parameter, control: rx.Component) -> rx.Component:
    ends = steps(parameter)
    if ends is None:
        return control
    least, most, step = (f"{end:.12g}" for end in ends)
    slider = rx.el.input(
        type="range",
        min=least,
        max=most,
        step=step,
        default_value=InstantState.values[parameter.name],
        custom_attrs={"data-of": parameter.name, "aria-label": parameter.title},
    )
    return rx.el.div(slider, control, class_name="slider")


def controls(tool: Tool) -> rx.Component:
    """Draw the controls of a tool."""
    drawn = parameter_fields(tool, Form(InstantState, beside=_with_slider))
    return rx.el.div(drawn, _seed() if tool.wants_seed else rx.fragment(), class_name="stack l")


def _seed() -> rx.Component:
    control = text_input(
        SEED.name,
        error=InstantState.errors[SEED.name],
        default_value=InstantState.values[SEED.name],
        input_mode="numeric",
        auto_complete="off",
    )
    return field(SEED.title, control, control_id=SEED.name, help_text=SEED.help, error=InstantState.errors[SEED.name])
