"""The parts of an analysis' page: waiting, and the result as the tool's outputs declare it."""

import reflex as rx

from sciflask_reflex.analyses.state import AnalysisState
from sciflask_reflex.shell.feedback import note, progress
from sciflask_reflex.shell.figure import remote_figure
from sciflask_reflex.shell.links import plain_link
from sciflask_reflex.shell.tour import TourState

VIEW = AnalysisState.view


def waiting() -> rx.Component:
    """Show where the analysis stands: place in the queue, stage, fraction, log."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(
                rx.match(
                    VIEW.status,
                    ("queued", "Waiting for a free worker"),
                    ("cancelling", "Stopping"),
                    rx.cond(VIEW.stage != "", VIEW.stage, "Starting"),
                )
            ),
            rx.el.span(rx.cond(VIEW.status == "queued", VIEW.queue_text, VIEW.percent), class_name="num muted"),
            class_name="row between",
        ),
        progress(VIEW.fraction, "Progress of the analysis"),
        rx.cond(
            VIEW.attempt_text != "", rx.el.p(VIEW.attempt_text, ": an earlier worker stopped before it was done.", class_name="muted small")
        ),
        rx.cond(VIEW.log != "", rx.el.div(VIEW.log, class_name="log", custom_attrs={"aria-label": "Log", "tabindex": "0"})),
        rx.el.p("You may close this page. The analysis goes on, and it will be here when you come back.", class_name="muted small"),
        class_name="card stack",
    )


def _number(item: rx.Var) -> rx.Component:
    return rx.el.div(
        rx.el.div(item.title, class_name="k", title=item.help),
        rx.el.div(item.value, class_name=rx.cond(item.is_word, "v word", "v"), title=item.full),
    )


def _download(url: rx.Var[str], text: str) -> rx.Component:
    return rx.cond(url != "", plain_link(rx.icon("download", size=14), text, href=url, class_name="btn s", download=True))


def _figure(output: rx.Var) -> rx.Component:
    return rx.el.div(
        rx.cond(
            output.json_url != "", remote_figure(src=output.json_url, label=output.title), rx.el.img(src=output.png_url, alt=output.title)
        ),
        rx.el.div(_download(output.png_url, "PNG"), _download(output.svg_url, "SVG"), class_name="actions"),
        class_name="stack",
    )


def _cell(cell: rx.Var) -> rx.Component:
    return rx.el.td(cell.text, title=cell.full, class_name=rx.cond(cell.is_number, "num", ""))


def _header(output: rx.Var, column: rx.Var) -> rx.Component:
    shown = AnalysisState.tables[output.name]
    arrow = rx.cond(shown.descending, rx.icon("arrow-down", size=12), rx.icon("arrow-up", size=12))
    return rx.el.th(
        rx.el.button(
            column.name,
            rx.cond(shown.sort == column.name, arrow),
            on_click=AnalysisState.sort_by(output.name, column.name),
            class_name="sort",
            type="button",
        ),
        class_name=rx.cond(column.is_number, "num", ""),
        custom_attrs={"aria-sort": rx.cond(shown.sort == column.name, rx.cond(shown.descending, "descending", "ascending"), "none")},
    )


def _pager(output: rx.Var) -> rx.Component:
    shown = AnalysisState.tables[output.name]
    return rx.el.div(
        rx.el.span(shown.counted, class_name="muted small num", custom_attrs={"aria-live": "polite"}),
        rx.el.div(
            rx.el.button(
                rx.icon("chevron-left", size=16),
                on_click=AnalysisState.turn_to(output.name, shown.page - 1),
                disabled=shown.page <= 1,
                class_name="btn s",
                type="button",
                custom_attrs={"aria-label": "Previous page"},
            ),
            rx.el.span(shown.place, class_name="small num"),
            rx.el.button(
                rx.icon("chevron-right", size=16),
                on_click=AnalysisState.turn_to(output.name, shown.page + 1),
                disabled=shown.page >= shown.pages,
                class_name="btn s",
                type="button",
                custom_attrs={"aria-label": "Next page"},
            ),
            class_name="row",
        ),
        class_name="row between",
    )


def _table(output: rx.Var) -> rx.Component:
    shown = AnalysisState.tables[output.name]
    return rx.el.div(
        rx.el.div(
            rx.debounce_input(
                rx.el.input(
                    placeholder="Search",
                    value=shown.query,
                    on_change=lambda text: AnalysisState.search(output.name, text),
                    class_name="input",
                    custom_attrs={"aria-label": "Search the table"},
                    style={"max_width": "280px", "min_height": "40px"},
                ),
                debounce_timeout=250,
            ),
            _download(output.csv_url, "CSV"),
            class_name="row between",
        ),
        rx.el.div(
            rx.el.table(
                rx.el.thead(rx.el.tr(rx.foreach(shown.columns, lambda column: _header(output, column)))),
                rx.el.tbody(rx.foreach(shown.rows, lambda row: rx.el.tr(rx.foreach(row, _cell)))),
                class_name="data",
            ),
            class_name="table-wrap",
            custom_attrs={"tabindex": "0", "role": "region", "aria-label": output.title},
        ),
        rx.cond(shown.cut != "", rx.el.p(shown.cut, class_name="muted small")),
        rx.cond(shown.matching == 0, rx.el.p("No row holds these words.", class_name="muted")),
        _pager(output),
        class_name="stack s",
    )


def _matrix(output: rx.Var) -> rx.Component:
    return rx.el.div(
        rx.el.div(rx.el.h3(output.title), rx.el.span(output.size, class_name="muted small num"), class_name="row"),
        _download(output.csv_url, "CSV"),
        class_name="row between quiet-row",
    )


def _output(output: rx.Var) -> rx.Component:
    return rx.el.section(
        rx.el.h2(output.title),
        rx.cond(output.caption != "", rx.el.p(output.caption, class_name="muted small measure")),
        rx.match(
            output.kind,
            ("figure", _figure(output)),
            ("table", _table(output)),
            ("file", _download(output.file_url, "Download")),
            rx.fragment(),
        ),
        class_name="card stack",
    )


def _file(item: rx.Var) -> rx.Component:
    return rx.el.tr(
        rx.el.td(plain_link(item.name, href=item.url, download=True), class_name="wrap mono"),
        rx.el.td(item.title, class_name="wrap"),
        rx.el.td(item.size, class_name="num"),
    )


def _files() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Files"),
        rx.el.p("Every file is in the zip as well, together with your data, the parameters and checksums.", class_name="muted small"),
        rx.el.div(
            rx.el.table(
                rx.el.thead(rx.el.tr(rx.el.th("File"), rx.el.th("What it holds"), rx.el.th("Size", class_name="num"))),
                rx.el.tbody(rx.foreach(VIEW.files, _file)),
                class_name="list",
            ),
            class_name="table-wrap",
        ),
        class_name="stack s",
    )


def result() -> rx.Component:
    """Draw a result: key numbers, then figures and tables in the tool's order, then the files."""
    return rx.el.div(
        rx.el.div(rx.foreach(VIEW.metrics, _number), class_name="facts", id="key-numbers"),
        rx.cond(
            VIEW.notes.length() > 0,
            note(
                "info",
                rx.el.div(
                    rx.el.b("What was done to the data"),
                    rx.el.ul(rx.foreach(VIEW.notes, rx.el.li), style={"margin": "4px 0 0", "padding_left": "18px"}),
                ),
            ),
        ),
        rx.el.div(rx.foreach(VIEW.outputs, _output), class_name="stack", id="outputs"),
        rx.cond(
            VIEW.matrices.length() > 0,
            rx.el.section(
                rx.el.h2("Matrices"), rx.el.div(rx.foreach(VIEW.matrices, _matrix), class_name="card stack s"), class_name="stack s"
            ),
        ),
        _files(),
        class_name="stack l",
        on_mount=TourState.begin_if_new("result"),
    )
