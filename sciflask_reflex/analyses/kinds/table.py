"""A table: searched, sorted and turned over, fifteen rows at a time."""

import reflex as rx

from sciflask_reflex.analyses.kinds.source import Source, download


def _cell(cell: rx.Var) -> rx.Component:
    return rx.el.td(cell.text, title=cell.full, class_name=rx.cond(cell.is_number, "num", ""))


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


def _pager(source: Source, item: rx.Var) -> rx.Component:
    shown = source.state.tables[item.name]
    return rx.el.div(
        rx.el.span(shown.counted, class_name="muted small num", custom_attrs={"aria-live": "polite"}),
        rx.el.div(
            rx.el.button(
                rx.icon("chevron-left", size=16),
                on_click=source.state.turn_to(item.name, shown.page - 1),
                disabled=shown.page <= 1,
                class_name="btn s",
                type="button",
                custom_attrs={"aria-label": "Previous page"},
            ),
            rx.el.span(shown.place, class_name="small num"),
            rx.el.button(
                rx.icon("chevron-right", size=16),
                on_click=source.state.turn_to(item.name, shown.page + 1),
                disabled=shown.page >= shown.pages,
                class_name="btn s",
                type="button",
                custom_attrs={"aria-label": "Next page"},
            ),
            class_name="row",
        ),
        class_name="row between",
    )


def table(source: Source, item: rx.Var) -> rx.Component:
    """Draw a table that is browsed page by page."""
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
        rx.el.div(
            rx.el.table(
                rx.el.thead(rx.el.tr(rx.foreach(shown.columns, lambda column: _header(source, item, column)))),
                rx.el.tbody(rx.foreach(shown.rows, lambda row: rx.el.tr(rx.foreach(row, _cell)))),
                class_name="data",
            ),
            class_name="table-wrap",
            custom_attrs={"tabindex": "0", "role": "region", "aria-label": item.title},
        ),
        rx.cond(shown.cut != "", rx.el.p(shown.cut, class_name="muted small")),
        rx.cond(shown.matching == 0, rx.el.p("No row holds these words.", class_name="muted")),
        _pager(source, item),
        class_name="stack s",
    )
