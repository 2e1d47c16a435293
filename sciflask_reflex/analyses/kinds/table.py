"""A table: of rows that a browser's visitor may search and sort, or of stored rows that are narrowed instead."""

import reflex as rx

from sciflask_reflex.analyses.kinds.grid import counts, grid, turner
from sciflask_reflex.analyses.kinds.source import Source, download
from sciflask_reflex.analyses.kinds.stored_table import stored_table
from sciflask_reflex.shell.feedback import note, skeleton


def table(source: Source, item: rx.Var) -> rx.Component:
    """Draw a table that is browsed page by page."""
    state = source.state
    return rx.cond(
        state.tables.contains(item.name),
        rx.el.div(
            rx.cond(state.tables[item.name].fault != "", note("error", state.tables[item.name].fault, role="alert")),
            rx.cond(item.reader != "", stored_table(source, item), _frame(source, item)),
            class_name="stack s",
        ),
        rx.cond(state.problem != "", rx.el.p("The rows of this table could not be read.", class_name="muted"), skeleton(40, 240)),
    )


def _header(source: Source, item: rx.Var, column: rx.Var) -> rx.Component:
    shown = source.state.tables[item.name]
    arrow = rx.cond(shown.descending, rx.icon("arrow-down", size=12), rx.icon("arrow-up", size=12))
    return rx.el.th(
        rx.el.button(
            column.name,
            rx.cond(shown.sort == column.name, arrow),
            on_click=source.state.sort_by(item.name, column.name),
            class_name="sort",
            type="button",
        ),
        class_name=rx.cond(column.is_number, "num", ""),
        custom_attrs={"aria-sort": rx.cond(shown.sort == column.name, rx.cond(shown.descending, "descending", "ascending"), "none")},
    )


def _frame(source: Source, item: rx.Var) -> rx.Component:
    shown = source.state.tables[item.name]
    return rx.el.div(
        rx.el.div(
            rx.debounce_input(
                rx.el.input(
                    placeholder="Search",
                    value=shown.query,
                    on_change=lambda text: source.state.search(item.name, text),
                    class_name="input",
                    custom_attrs={"aria-label": "Search the table"},
                    style={"max_width": "280px", "min_height": "40px"},
                ),
                debounce_timeout=250,
            ),
            download(source, item.url, "CSV"),
            class_name="row between",
        ),
        grid(source, item, lambda column: _header(source, item, column)),
        rx.cond(shown.cut != "", rx.el.p(shown.cut, class_name="muted small")),
        rx.cond(shown.matching == 0, rx.el.p(shown.empty, class_name="muted")),
        rx.el.div(counts(source, item), turner(source, item), class_name="row between"),
        class_name="stack s",
    )
