"""What happened in the person's account: what, where, when."""

import reflex as rx

from sciflask_reflex.account.activity_state import ActivityState
from sciflask_reflex.account.parts import lines
from sciflask_reflex.shell.feedback import empty


def _row(row: rx.Var) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(rx.el.span(row.what), rx.cond(row.failed, rx.el.span("Not successful", class_name="pill warning")), class_name="row"),
            rx.el.div(row.where, class_name="muted small"),
            class_name="grow",
        ),
        rx.moment(row.at, format="D MMM YYYY, HH:mm", class_name="muted small tnum"),
        class_name="line",
    )


def activity() -> rx.Component:
    """Draw the events, newest first."""
    older = rx.el.button("Show older", on_click=ActivityState.more, class_name="btn", type="button")
    return rx.cond(
        ActivityState.rows.length() > 0,
        rx.el.div(
            lines(
                ActivityState.rows,
                _row,
                label="Activity",
                kind="dense",
                after=rx.cond(ActivityState.has_more, rx.el.div(older, class_name="actions")),
            ),
            class_name="stack",
        ),
        empty("Nothing has happened yet."),
    )
