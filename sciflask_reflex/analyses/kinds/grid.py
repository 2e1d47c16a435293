"""The rows of a table that are shown, and the way to others: the same for every table."""

from typing import Any

import reflex as rx

from sciflask_reflex.analyses.kinds.page_number import page_number
from sciflask_reflex.analyses.kinds.source import Source


def _cell(cell: rx.Var) -> rx.Component:
    return rx.el.td(cell.text, title=cell.full, class_name=rx.cond(cell.is_number, "num", ""))


def grid(source: Source, item: rx.Var, header: Any) -> rx.Component:
    """Draw the rows below their headers; ``header`` draws one of these from its column."""
    shown = source.state.tables[item.name]
    return rx.el.div(
        rx.el.table(
            rx.el.thead(rx.el.tr(rx.foreach(shown.columns, header))),
            rx.el.tbody(rx.foreach(shown.rows, lambda row: rx.el.tr(rx.foreach(row, _cell)))),
            class_name="data",
        ),
        class_name="table-wrap",
        custom_attrs={"tabindex": "0", "role": "region", "aria-label": item.title, "aria-busy": rx.cond(shown.busy, "true", "false")},
    )


def _turn(source: Source, item: rx.Var, step: int, icon: str, label: str) -> rx.Component:
    shown = source.state.tables[item.name]
    return rx.el.button(
        rx.icon(icon, size=16),
        on_click=source.state.turn_to(item.name, shown.page + step),
        disabled=shown.page <= 1 if step < 0 else shown.page >= shown.pages,
        class_name="btn s",
        type="button",
        custom_attrs={"aria-label": label},
    )


def counts(source: Source, item: rx.Var) -> rx.Component:
    """Draw the sentence that says how many rows there are; it is read aloud when it changes."""
    shown = source.state.tables[item.name]
    said = rx.cond(shown.busy, "Looking through the rows…", shown.counted)
    return rx.el.span(said, class_name="muted small num", custom_attrs={"aria-live": "polite"})


def turner(source: Source, item: rx.Var) -> rx.Component:
    """Draw the way to another page."""
    shown = source.state.tables[item.name]
    return rx.el.div(
        _turn(source, item, -1, "chevron-left", "Previous page"),
        page_number(page=shown.page, pages=shown.pages, on_go=lambda page: source.state.turn_to(item.name, page)),
        _turn(source, item, 1, "chevron-right", "Next page"),
        class_name="row",
    )
