"""The pieces that the pages of administration are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.shell.feedback import note
from sciflask_reflex.shell.fields import field


@dataclass(frozen=True, slots=True)
class Fact:
    """A number with its name, and a few words below it."""

    title: str
    value: str
    more: str = ""


def facts(rows: rx.Var) -> rx.Component:
    """Draw numbers side by side."""
    return rx.el.div(
        rx.foreach(
            rows,
            lambda row: rx.el.div(
                rx.el.span(row.title, class_name="k"),
                rx.el.span(row.value, class_name="v"),
                rx.el.span(row.more, class_name="tiny muted"),
            ),
        ),
        class_name="facts",
    )


def table(titles: Sequence[str], rows: rx.Component, *, label: str, actions: bool = False, numbers: Sequence[str] = ()) -> rx.Component:
    """Draw a list; on a phone each row is a card, with the titles before the values. ``numbers`` are the titles above numbers."""
    head = [rx.el.th(title, scope="col", class_name="num" if isinstance(title, str) and title in numbers else "") for title in titles]
    if actions:
        head.append(rx.el.th(rx.el.span("Actions", class_name="visually-hidden"), scope="col"))
    return rx.el.div(
        rx.el.table(rx.el.thead(rx.el.tr(*head)), rx.el.tbody(rows), class_name="list", custom_attrs={"aria-label": label}),
        class_name="table-wrap",
    )


def said(problem: rx.Var[str], good: rx.Var[str] | None = None) -> rx.Component:
    """Say what went wrong, or what was done."""
    parts = [rx.cond(problem != "", note("error", problem, role="alert"))]
    if good is not None:
        parts.append(rx.cond(good != "", note("ok", good, role="status")))
    return rx.fragment(*parts)


def ask_first(
    question: str, sentence: str | rx.Var[str], yes: str, event: rx.event.EventType, *, trigger: str, kind: str = ""
) -> rx.Component:
    """Draw a small button that asks before it acts."""
    return rx.alert_dialog.root(
        rx.alert_dialog.trigger(rx.el.button(trigger, class_name=f"btn s {kind}".strip(), type="button")),
        rx.alert_dialog.content(
            rx.alert_dialog.title(question),
            rx.alert_dialog.description(sentence),
            rx.el.div(
                rx.alert_dialog.cancel(rx.el.button("Leave it", class_name="btn", type="button")),
                rx.alert_dialog.action(rx.el.button(yes, on_click=event, class_name=f"btn {kind or 'solid'}", type="button")),
                class_name="actions",
                style={"margin_top": "20px", "justify_content": "flex-end"},
            ),
            max_width="460px",
        ),
    )


def look_as(owner_id: rx.Var[str], *, onward: rx.Var[str] | str = routes.PROFILE) -> rx.Component:
    """Draw the button that shows the site as somebody else sees it. A form, for the whole page must be loaded anew."""
    return rx.el.form(
        rx.el.input(type="hidden", name="owner_id", value=owner_id, read_only=True),
        rx.el.input(type="hidden", name="next", value=onward, read_only=True),
        rx.el.button("Look as this person", type="submit", class_name="btn s"),
        method="post",
        action=routes.AUTH_LOOK,
        on_submit=None,
    )


def choice(
    label: str, control_id: str, options: Sequence[tuple[str, str]] | rx.Var, value: rx.Var[str], on_change: Any, *, anything: str = ""
) -> rx.Component:
    """Draw a choice that acts at once."""
    drawn: list[rx.Component] = [rx.el.option(anything, value="")] if anything else []
    if isinstance(options, rx.Var):
        drawn.append(rx.foreach(options, lambda item: rx.el.option(item, value=item)))
    else:
        drawn += [rx.el.option(title, value=name) for name, title in options]
    control = rx.el.select(*drawn, id=control_id, value=value, on_change=on_change, class_name="input")
    return field(label, control, control_id=control_id)


def switch(options: Sequence[tuple[str, str]], value: rx.Var[str], event: Any, *, label: str) -> rx.Component:
    """Draw a few buttons of which one is pressed."""
    return rx.el.div(
        *[
            rx.el.button(
                title,
                type="button",
                on_click=event(name),
                class_name=rx.cond(value == name, "btn s on", "btn s"),
                custom_attrs={"aria-pressed": rx.cond(value == name, "true", "false")},
            )
            for name, title in options
        ],
        class_name="actions",
        role="group",
        custom_attrs={"aria-label": label},
    )


def section(title: str, *children: Any, sentence: str | rx.Component = "", beside: rx.Component | None = None) -> rx.Component:
    """Draw a part of a page with its heading."""
    return rx.el.section(
        rx.el.div(rx.el.h2(title), beside or rx.fragment(), class_name="row between"),
        rx.el.p(sentence, class_name="muted small measure") if sentence else rx.fragment(),
        *children,
        class_name="stack",
        custom_attrs={"aria-label": title},
    )
