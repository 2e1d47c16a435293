"""Form fields with label, help, limits and fault in their places. Native controls, so that every browser and reader knows them."""

from typing import Any

import reflex as rx


def help_tip(text: str | rx.Var[str]) -> rx.Component:
    """Draw the question mark that explains a field: on hover and focus as a tooltip, on a click or a tap until it is closed.

    Its name is the same everywhere, because a name with the field's words in it would be taken for the field itself.
    """
    attrs = {"aria-label": "Help", "aria-description": text}
    button = rx.el.button(rx.icon("circle-help", size=15), class_name="help-btn", type="button", custom_attrs=attrs)
    return rx.popover.root(
        rx.tooltip(rx.popover.trigger(button), content=text, max_width="320px"),
        rx.popover.content(rx.el.p(text, class_name="small"), max_width="320px", size="1", custom_attrs={"aria-label": "Help"}),
    )


def fault(text: rx.Var[str] | str, field_id: str = "") -> rx.Component:
    """Say under a field what is wrong with it."""
    return rx.el.p(rx.icon("circle-alert", size=15), text, class_name="fault", id=f"{field_id}-fault" if field_id else "", role="alert")


def field(
    label: str,
    control: rx.Component,
    *,
    control_id: str,
    help_text: str = "",
    hint: str | rx.Component = "",
    error: Any = None,
) -> rx.Component:
    """Put a control under its label, with help beside and hint and fault below."""
    return rx.el.div(
        rx.el.div(
            rx.el.label(label, html_for=control_id),
            help_tip(help_text) if help_text else rx.fragment(),
            class_name="field-head",
        ),
        control,
        rx.el.span(hint, class_name="hint", id=f"{control_id}-hint") if hint else rx.fragment(),
        rx.cond(error, fault(error, control_id)) if error is not None else rx.fragment(),
        class_name="field",
    )


def text_input(name: str, *, control_id: str = "", error: Any = None, **props: Any) -> rx.Component:
    """Draw a one-line input, marked when it is at fault."""
    control_id = control_id or name
    attrs: dict[str, Any] = {"aria-describedby": f"{control_id}-hint {control_id}-fault"}
    if error is not None:
        attrs["aria-invalid"] = rx.cond(error, "true", "false")
    attrs |= props.pop("custom_attrs", {})
    return rx.el.input(
        name=name, id=control_id, class_name="input num" if props.get("type") == "number" else "input", custom_attrs=attrs, **props
    )


def choice_input(name: str, choices: tuple[tuple[str, str], ...], *, control_id: str = "", **props: Any) -> rx.Component:
    """Draw a choice among a few."""
    return rx.el.select(
        *[rx.el.option(label, value=value) for value, label in choices], name=name, id=control_id or name, class_name="input", **props
    )


def checkbox(label: str | rx.Component, *, control_id: str, name: str = "", **props: Any) -> rx.Component:
    """Draw a yes-or-no box with its label."""
    return rx.el.div(
        rx.el.input(type="checkbox", id=control_id, name=name or control_id, **props),
        rx.el.label(label, html_for=control_id),
        class_name="check",
    )
