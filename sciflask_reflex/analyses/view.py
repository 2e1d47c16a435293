"""The parts of an analysis' page: waiting, and the result as the tool's outputs declare it."""

from dataclasses import dataclass

import reflex as rx

from sciflask_reflex.analyses.result_state import ResultState
from sciflask_reflex.analyses.state import AnalysisState
from sciflask_reflex.analyses.tool_views import Shown, own_view
from sciflask_reflex.shell.feedback import note, progress
from sciflask_reflex.shell.figure import remote_figure
from sciflask_reflex.shell.links import plain_link
from sciflask_reflex.shell.structure import structure
from sciflask_reflex.shell.tour import TourState

VIEW = AnalysisState.view


@dataclass(frozen=True)
class Source:
    """The state that has the result, and what stands before the addresses of its files."""

    state: type[ResultState]
    prefix: str | rx.Var[str] = ""
    has_tour: bool = True
    stays: bool = False
    """Whether an old figure stays until the new one is there: where results follow each other quickly."""
    zipped: str = "together with your data, the parameters and checksums"
    """What is in the zip beside the files."""

    def address(self, url: rx.Var[str]) -> rx.Var[str]:
        """Return where a file is found."""
        return self.prefix + url if isinstance(self.prefix, rx.Var) else url


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
            rx.el.span(
                rx.cond(VIEW.status == "queued", VIEW.queue_text, VIEW.percent),
                rx.cond(VIEW.eta_text != "", rx.fragment(" · ", VIEW.eta_text)),
                class_name="num muted",
            ),
            class_name="row between",
        ),
        rx.cond(VIEW.stalled != "", note("warning", VIEW.stalled)),
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


def _download(source: Source, url: rx.Var[str], text: str | rx.Var[str]) -> rx.Component:
    return plain_link(rx.icon("download", size=14), text, href=source.address(url), class_name="btn s", download=True)


def _downloads(source: Source, output: rx.Var) -> rx.Component:
    return rx.cond(
        output.downloads.length() > 0,
        rx.el.div(rx.foreach(output.downloads, lambda item: _download(source, item.url, item.text)), class_name="actions"),
    )


def _figure(source: Source, output: rx.Var) -> rx.Component:
    return rx.cond(
        output.src != "",
        remote_figure(src=source.address(output.src), label=output.title, stays=source.stays),
        rx.el.img(src=source.address(output.picture), alt=output.title),
    )


def _network(source: Source, output: rx.Var) -> rx.Component:
    return rx.fragment(
        _figure(source, output),
        rx.foreach(
            output.tables,
            lambda table: rx.el.details(rx.el.summary("As a table: ", table.title), _table(source, table), class_name="fold"),
        ),
    )


def _structure(source: Source, output: rx.Var) -> rx.Component:
    return structure(
        src=source.address(output.src), models=rx.cond(output.about != "", source.address(output.about), ""), label=output.title
    )


def _text(source: Source, output: rx.Var) -> rx.Component:
    shown = source.state.texts[output.name]
    return rx.el.div(
        rx.foreach(shown.paragraphs, lambda text: rx.el.p(text, class_name="as-written")),
        rx.cond(shown.cut, rx.el.p(shown.cut, class_name="muted small")),
        class_name="stack s measure",
    )


def _cell(cell: rx.Var) -> rx.Component:
    return rx.el.td(cell.text, title=cell.full, class_name=rx.cond(cell.is_number, "num", ""))


def _header(source: Source, table: rx.Var, column: rx.Var) -> rx.Component:
    shown = source.state.tables[table.name]
    arrow = rx.cond(shown.descending, rx.icon("arrow-down", size=12), rx.icon("arrow-up", size=12))
    return rx.el.th(
        rx.el.button(
            column.name,
            rx.cond(shown.sort == column.name, arrow),
            on_click=source.state.sort_by(table.name, column.name),
            class_name="sort",
            type="button",
        ),
        class_name=rx.cond(column.is_number, "num", ""),
        custom_attrs={"aria-sort": rx.cond(shown.sort == column.name, rx.cond(shown.descending, "descending", "ascending"), "none")},
    )


def _pager(source: Source, table: rx.Var) -> rx.Component:
    shown = source.state.tables[table.name]
    return rx.el.div(
        rx.el.span(shown.counted, class_name="muted small num", custom_attrs={"aria-live": "polite"}),
        rx.el.div(
            rx.el.button(
                rx.icon("chevron-left", size=16),
                on_click=source.state.turn_to(table.name, shown.page - 1),
                disabled=shown.page <= 1,
                class_name="btn s",
                type="button",
                custom_attrs={"aria-label": "Previous page"},
            ),
            rx.el.span(shown.place, class_name="small num"),
            rx.el.button(
                rx.icon("chevron-right", size=16),
                on_click=source.state.turn_to(table.name, shown.page + 1),
                disabled=shown.page >= shown.pages,
                class_name="btn s",
                type="button",
                custom_attrs={"aria-label": "Next page"},
            ),
            class_name="row",
        ),
        class_name="row between",
    )


def _table(source: Source, table: rx.Var) -> rx.Component:
    shown = source.state.tables[table.name]
    return rx.el.div(
        rx.el.div(
            rx.debounce_input(
                rx.el.input(
                    placeholder="Search",
                    value=shown.query,
                    on_change=lambda text: source.state.search(table.name, text),
                    class_name="input",
                    custom_attrs={"aria-label": "Search the table"},
                    style={"max_width": "280px", "min_height": "40px"},
                ),
                debounce_timeout=250,
            ),
            _download(source, table.url, "CSV"),
            class_name="row between",
        ),
        rx.el.div(
            rx.el.table(
                rx.el.thead(rx.el.tr(rx.foreach(shown.columns, lambda column: _header(source, table, column)))),
                rx.el.tbody(rx.foreach(shown.rows, lambda row: rx.el.tr(rx.foreach(row, _cell)))),
                class_name="data",
            ),
            class_name="table-wrap",
            custom_attrs={"tabindex": "0", "role": "region", "aria-label": table.title},
        ),
        rx.cond(shown.cut != "", rx.el.p(shown.cut, class_name="muted small")),
        rx.cond(shown.matching == 0, rx.el.p("No row holds these words.", class_name="muted")),
        _pager(source, table),
        class_name="stack s",
    )


def _matrix(source: Source, output: rx.Var) -> rx.Component:
    return rx.el.div(
        rx.el.div(heading(output.title, output.level), rx.el.span(output.size, class_name="muted small num"), class_name="row"),
        _downloads(source, output),
        class_name="row between quiet-row",
    )


def heading(text: rx.Var[str], level: rx.Var[int]) -> rx.Component:
    """Draw a heading of the level where it stands."""
    return rx.match(level, (2, rx.el.h2(text)), (3, rx.el.h3(text)), rx.el.h4(text))


def _output(source: Source, output: rx.Var) -> rx.Component:
    return rx.el.section(
        heading(output.title, output.level),
        rx.cond(output.caption != "", rx.el.p(output.caption, class_name="muted small measure")),
        rx.match(
            output.kind,
            ("figure", _figure(source, output)),
            ("table", rx.fragment(rx.foreach(output.tables, lambda table: _table(source, table)))),
            ("network", _network(source, output)),
            ("structure", _structure(source, output)),
            ("text", _text(source, output)),
            rx.fragment(),
        ),
        _downloads(source, output),
        class_name="card stack",
    )


def _section(source: Source, section: rx.Var) -> rx.Component:
    return rx.el.section(
        rx.foreach(section.headings, lambda item: heading(item.text, item.level)),
        rx.foreach(section.outputs, lambda output: _output(source, output)),
        rx.cond(
            section.matrices.length() > 0,
            rx.el.div(rx.foreach(section.matrices, lambda output: _matrix(source, output)), class_name="card stack s"),
        ),
        class_name="stack",
    )


def _file(source: Source, item: rx.Var) -> rx.Component:
    return rx.el.tr(
        rx.el.td(plain_link(item.name, href=source.address(item.url), download=True), class_name="wrap mono"),
        rx.el.td(item.title, class_name="wrap"),
        rx.el.td(item.size, class_name="num"),
    )


def _files(source: Source) -> rx.Component:
    return rx.el.section(
        rx.el.h2("Files"),
        rx.el.p(f"Every file is in the zip as well, {source.zipped}.", class_name="muted small"),
        rx.el.div(
            rx.el.table(
                rx.el.thead(rx.el.tr(rx.el.th("File"), rx.el.th("What it holds"), rx.el.th("Size", class_name="num"))),
                rx.el.tbody(rx.foreach(source.state.view.files, lambda item: _file(source, item))),
                class_name="list",
            ),
            class_name="table-wrap",
        ),
        class_name="stack s",
    )


def result(source: Source) -> rx.Component:
    """Draw a result: key numbers, then every output in its section, in the tool's order, then the files."""
    view = source.state.view
    return rx.el.div(
        rx.cond(view.metrics.length() > 0, rx.el.div(rx.foreach(view.metrics, _number), class_name="facts", id="key-numbers")),
        rx.cond(
            view.notes.length() > 0,
            note(
                "info",
                rx.el.div(
                    rx.el.b("What was done to the data"),
                    rx.el.ul(rx.foreach(view.notes, rx.el.li), style={"margin": "4px 0 0", "padding_left": "18px"}),
                ),
            ),
        ),
        rx.el.div(
            own_view(
                view.tool,
                Shown(view.facts.metrics, view.facts.numbers, view.facts.parameters, source.address(view.facts.files)),
                rx.fragment(rx.foreach(view.sections, lambda section: _section(source, section))),
            ),
            class_name="stack l",
            id="outputs",
        ),
        _files(source),
        class_name="stack l",
        on_mount=TourState.begin_if_new("result") if source.has_tour else None,
    )
