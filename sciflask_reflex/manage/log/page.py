"""Who did what, and when."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.manage.frame import managed
from sciflask_reflex.manage.log.state import LogState
from sciflask_reflex.manage.parts import said, table
from sciflask_reflex.shell.feedback import empty
from sciflask_reflex.shell.fields import choice_input, field, text_input
from sciflask_reflex.shell.links import plain_link

OUTCOMES = (("", "Any"), ("success", "Success"), ("failure", "Failure"), ("denied", "Denied"), ("throttled", "Throttled"))


def _row(row: rx.Var) -> rx.Component:
    outcome = rx.match(row.outcome, *[each for each in OUTCOMES if each[0]], row.outcome)
    return rx.el.tr(
        rx.el.td(rx.moment(row.at, format="D MMM YYYY, HH:mm:ss"), class_name="date tnum"),
        rx.el.td(
            row.actor,
            rx.cond(row.subject != "", rx.el.div("about ", row.subject, class_name="small muted")),
            class_name="wrap",
            data_label="Who",
        ),
        rx.el.td(rx.el.div(row.what), rx.el.code(row.tag, class_name="tiny muted"), class_name="wrap", data_label="Did"),
        rx.el.td(rx.el.span(outcome, class_name=rx.cond(row.outcome == "success", "pill", "pill failed")), data_label="Outcome"),
        rx.el.td(rx.el.div(row.thing, class_name="mono tiny"), rx.el.div(row.detail, class_name="tiny muted"), class_name="wrap"),
    )


def _search() -> rx.Component:
    day = {"type": "date"}
    return rx.el.form(
        field("Person", text_input("person", default_value=LogState.person, placeholder="Name, address or id"), control_id="person"),
        field("Tag starts with", text_input("tag", default_value=LogState.tag, placeholder="account:login"), control_id="tag"),
        field("Outcome", choice_input("outcome", OUTCOMES, default_value=LogState.outcome), control_id="outcome"),
        field("First day", text_input("first", default_value=LogState.first, key=LogState.first, **day), control_id="first"),
        field("Last day", text_input("last", default_value=LogState.last, key=LogState.last, **day), control_id="last"),
        rx.el.button("Search", type="submit", class_name="btn"),
        on_submit=LogState.search,
        class_name="filters",
    )


@managed(routes.MANAGE_LOG, "Audit log", "Who did what. Nothing in it can be changed; it is kept for 400 days.", loaded=LogState.loaded)
def log() -> rx.Component:
    """Show the audit log."""
    rows = table(("When", "Who", "Did", "Outcome", "To what"), rx.foreach(LogState.rows, _row), label="Events")
    older = rx.cond(LogState.more, rx.el.button("Show older ones", type="button", on_click=LogState.show_older, class_name="btn"))
    return rx.el.div(
        _search(),
        said(LogState.problem),
        rx.cond(LogState.rows.length() > 0, rows, empty("Nothing fits. Search a longer time, or with fewer words.")),
        rx.el.div(older, plain_link("Download CSV", href=LogState.csv_url, class_name="btn"), class_name="actions"),
        class_name="stack l",
    )
