"""How the fields of the lesson's form are drawn: native controls, with title and hint as the model says them."""

from typing import Any

import reflex as rx

from sciflask_reflex.gallery.lessons.form_answers import Answers
from sciflask_reflex.gallery.lessons.form_file import MOST_BYTES
from sciflask_reflex.shell.fields import checkbox, fault, field, text_input

PASSWORD = "It has no name, so the browser leaves it out: a password never travels to an ordinary handler, nor into a state."  # noqa: S105


def said(name: str) -> tuple[str, str]:
    """Return title and hint of a field."""
    known = Answers.model_fields[name]
    return str(known.title), str(known.description)


def text(name: str, error: Any, kind: str = "text", **props: Any) -> rx.Component:
    """Draw a line of text, of whatever type the browser knows."""
    title, hint = said(name)
    return field(title, text_input(name, error=error, type=kind, **props), control_id=name, hint=hint, error=error)


def long_text(name: str, error: Any) -> rx.Component:
    """Draw room for several lines."""
    title, hint = said(name)
    area = rx.el.textarea(name=name, id=name, rows="3", class_name="input area", custom_attrs={"aria-describedby": f"{name}-hint"})
    return field(title, area, control_id=name, hint=hint, error=error)


def slider(name: str, value: Any, move: Any, error: Any) -> rx.Component:
    """Draw a range from 0 to 100, and where it stands."""
    title, hint = said(name)
    control = rx.el.input(type="range", name=name, id=name, min="0", max="100", step="5", default_value="50", on_change=move)
    both = rx.el.div(control, rx.el.output(value, html_for=name, class_name="num"), class_name="slid")
    return field(title, both, control_id=name, hint=hint, error=error)


def group(name: str, controls: list[rx.Component], error: Any) -> rx.Component:
    """Draw several controls that answer one question."""
    title, hint = said(name)
    return rx.el.fieldset(
        rx.el.legend(title, class_name="legend"),
        rx.el.div(*controls, class_name="row"),
        rx.el.span(hint, class_name="hint"),
        rx.cond(error, fault(error, name)),
        class_name="field bare",
    )


def radio(name: str, value: str, *, chosen: bool) -> rx.Component:
    """Draw one of several answers that exclude each other."""
    return rx.el.label(rx.el.input(type="radio", name=name, value=value, default_checked=chosen), value, class_name="check")


def box(name: str, error: Any, **props: Any) -> rx.Component:
    """Draw a box to tick; with the role of a switch it looks like one."""
    title, hint = said(name)
    return rx.el.div(
        checkbox(title, control_id=name, **props),
        rx.el.span(hint, class_name="hint"),
        rx.cond(error, fault(error, name)),
        class_name="field",
    )


def password() -> rx.Component:
    """Draw a password field that is never sent."""
    control = rx.el.input(type="password", auto_complete="off", class_name="input")
    label = rx.el.label("Password", control, class_name="stack s")
    return rx.el.div(label, rx.el.span(PASSWORD, class_name="hint"), class_name="field")


def file_control(look: Any, reject: Any, facts: Any, error: Any) -> rx.Component:
    """Draw the zone that takes a file, and what is known of the last one."""
    zone = rx.upload.root(
        rx.el.div(rx.el.b("Choose a file"), " or drop it here"),
        rx.el.div("up to 256 kB · looked at as it arrives, and not kept", class_name="muted small"),
        id="lesson-file",
        multiple=False,
        class_name="drop",
        max_size=MOST_BYTES,
        on_drop=look,
        on_drop_rejected=reject,
    )
    zone.children[0].children[0].custom_attrs["aria-label"] = "File"  # pyright: ignore[reportAttributeAccessIssue]
    known = rx.el.p(rx.el.b(facts["name"]), " · ", facts["size"], rx.el.br(), rx.el.code("sha256 ", facts["sha256"]), class_name="small")
    answer = rx.cond(error, fault(error, "file"), rx.cond(facts["name"], rx.el.div(known, role="status", class_name="wrap")))
    return rx.el.div(rx.el.span("File", class_name="legend"), zone, answer, class_name="field")
