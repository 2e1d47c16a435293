"""What failed and why, with everything that the person is not shown."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.manage.failures.rows import CAUSES
from sciflask_reflex.manage.failures.state import FailuresState
from sciflask_reflex.manage.frame import managed
from sciflask_reflex.manage.parts import look_as, section, switch, table
from sciflask_reflex.shell.feedback import empty

DAYS = (("1", "1 day"), ("7", "7 days"), ("30", "30 days"), ("365", "A year"))


def _toggle(key: rx.Var[str], event: rx.event.EventType) -> rx.Component:
    is_open = FailuresState.opened == key
    return rx.el.button(
        rx.cond(is_open, "Hide details", "Details"),
        type="button",
        on_click=event,
        class_name="btn s",
        custom_attrs={"aria-expanded": rx.cond(is_open, "true", "false")},
    )


def _details(key: rx.Var[str]) -> rx.Component:
    attrs = {"aria-label": "Technical details"}
    return rx.cond(FailuresState.opened == key, rx.el.pre(FailuresState.details, class_name="log", tab_index=0, custom_attrs=attrs))


def _failure(row: rx.Var) -> rx.Component:
    cause = rx.match(row.cause, *CAUSES.items(), row.cause)
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.div(rx.el.b(row.name), rx.el.span(cause, class_name="pill failed"), class_name="row"),
                rx.el.p(row.error),
                rx.el.p(row.person, " · ", row.tool, " · ", rx.moment(row.finished, format="D MMM YYYY, HH:mm"), class_name="small muted"),
                class_name="grow stack s",
            ),
            rx.el.div(_toggle(row.id, FailuresState.open_analysis(row.id)), look_as(row.owner_id, onward=row.url), class_name="actions"),
            class_name="row between top",
        ),
        _details(row.id),
        class_name="item stack s",
        key=row.id,
    )


def _fault(row: rx.Var) -> rx.Component:
    when = rx.el.p(rx.el.b(row.count, " times"), ", last ", rx.moment(row.last, format="D MMM YYYY, HH:mm"), class_name="small muted")
    return rx.el.li(
        rx.el.div(
            rx.el.div(rx.el.b(row.title, class_name="wrap"), when, class_name="grow stack s"),
            _toggle(row.fingerprint, FailuresState.open_fault(row.fingerprint)),
            class_name="row between top",
        ),
        _details(row.fingerprint),
        class_name="item stack s",
        key=row.fingerprint,
    )


def _group(row: rx.Var) -> rx.Component:
    pressed = (FailuresState.cause == row.cause) & (FailuresState.tool == row.tool)
    return rx.el.tr(
        rx.el.td(
            rx.el.button(
                row.cause_title,
                type="button",
                on_click=FailuresState.choose_group(row.cause, row.tool),
                class_name=rx.cond(pressed, "btn s on", "btn s"),
                custom_attrs={"aria-pressed": rx.cond(pressed, "true", "false")},
            )
        ),
        rx.el.td(row.tool_title, class_name="wrap", data_label="Tool"),
        rx.el.td(row.count, class_name="num", data_label="Times"),
        rx.el.td(rx.moment(row.last, from_now=True), class_name="date", data_label="Last"),
    )


@managed(routes.MANAGE_FAILURES, "Failures", "Why analyses failed, with what the person is not shown.", loaded=FailuresState.loaded)
def failures() -> rx.Component:
    """Show failed analyses and errors of the site."""
    days = switch(DAYS, FailuresState.days, lambda value: FailuresState.choose("days", value), label="Of the last")
    counts = table(("Cause", "Tool", "Times", "Last"), rx.foreach(FailuresState.groups, _group), label="How often", numbers=("Times",))
    rows = rx.el.ul(rx.foreach(FailuresState.rows, _failure), class_name="items")
    more = rx.cond(FailuresState.more, rx.el.button("Show older ones", type="button", on_click=FailuresState.show_more, class_name="btn"))
    return rx.el.div(
        section(
            "How often",
            rx.cond(FailuresState.groups.length() > 0, counts, empty("Nothing failed in that time.")),
            sentence="A click on a cause shows only those; a second one shows all again.",
            beside=days,
        ),
        section("Failed analyses", rx.cond(FailuresState.rows.length() > 0, rx.fragment(rows, more), empty("No analysis fits."))),
        section(
            "Errors of the site",
            rx.cond(
                FailuresState.faults.length() > 0,
                rx.el.ul(rx.foreach(FailuresState.faults, _fault), class_name="items"),
                empty("No error that nobody had foreseen."),
            ),
            sentence="Errors in our own program. People saw a neutral sentence with a reference.",
        ),
        class_name="stack xl",
    )
