"""Figures of use: what a grant report asks for."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.manage.figures import MEASURES
from sciflask_reflex.manage.frame import managed
from sciflask_reflex.manage.parts import choice, facts, said, section, switch, table
from sciflask_reflex.manage.usage.state import UsageState
from sciflask_reflex.shell.feedback import empty
from sciflask_reflex.shell.fields import field, text_input
from sciflask_reflex.shell.figure import remote_figure
from sciflask_reflex.shell.links import plain_link

WAYS = (("month", "Month"), ("institution", "Institution"), ("country", "Country"), ("role", "Role"), ("tool", "Tool"))
TITLES = ("New people", "Active people", "Studies", "Analyses", "Failed", "Compute hours", "Disk space")


def _row(row: rx.Var) -> rx.Component:
    values = (row.people_new, row.people_active, row.studies, row.analyses, row.failures, row.compute_hours, row.size)
    return rx.el.tr(
        rx.el.td(rx.el.b(row.key), class_name="wrap"),
        *[rx.el.td(value, class_name="num", data_label=title) for value, title in zip(values, TITLES, strict=True)],
    )


def _range() -> rx.Component:
    return rx.el.form(
        field("First day", text_input("first", type="date", default_value=UsageState.first, key=UsageState.first), control_id="first"),
        field("Last day", text_input("last", type="date", default_value=UsageState.last, key=UsageState.last), control_id="last"),
        rx.el.button("Show", type="submit", class_name="btn"),
        on_submit=UsageState.choose,
        class_name="filters",
    )


@managed(routes.MANAGE_USAGE, "Usage", "What a grant report asks for. Days are counted in UTC.", loaded=UsageState.loaded)
def usage() -> rx.Component:
    """Show figures of use as plots and tables."""
    name = rx.match(UsageState.by, *WAYS, "")
    lines = table((name, *TITLES), rx.foreach(UsageState.rows, _row), label="Figures", numbers=TITLES)
    left_out = rx.cond(UsageState.left_out > 0, rx.el.p(UsageState.left_out, " more lines are in the CSV.", class_name="small muted"))
    plot = remote_figure(src=UsageState.figure, label="The chosen figure, one bar for each line of the table")
    measures = tuple((key, title) for key, title in MEASURES.items())
    return rx.el.div(
        _range(),
        said(UsageState.problem),
        facts(UsageState.totals),
        section(
            "Figures",
            choice("Plot", "measure", measures, UsageState.measure, UsageState.plot),
            rx.cond(UsageState.rows.length() > 0, rx.fragment(plot, lines, left_out), empty("Nothing was done in these days.")),
            rx.el.div(plain_link("Download CSV", href=UsageState.csv_url, class_name="btn"), class_name="actions"),
            sentence="Work that was deleted since, and guests whose time was up, count as well. Active: started at least one analysis.",
            beside=switch(WAYS, UsageState.by, UsageState.group_by, label="By"),
        ),
        class_name="stack xl",
    )
