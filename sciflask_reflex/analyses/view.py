"""A result as the tool's outputs declare it: each kind of output is drawn by its module in ``kinds``."""

import reflex as rx

from sciflask_reflex.analyses.kinds.figure import figure
from sciflask_reflex.analyses.kinds.files import files
from sciflask_reflex.analyses.kinds.matrix import matrix
from sciflask_reflex.analyses.kinds.network import network
from sciflask_reflex.analyses.kinds.source import Source, downloads, heading
from sciflask_reflex.analyses.kinds.structure import structure
from sciflask_reflex.analyses.kinds.table import table
from sciflask_reflex.analyses.kinds.text import text
from sciflask_reflex.analyses.tool_views import Shown, own_view
from sciflask_reflex.shell.feedback import note
from sciflask_reflex.shell.tour import TourState

__all__ = ["Source", "result"]


def _number(item: rx.Var) -> rx.Component:
    return rx.el.div(
        rx.el.div(item.title, class_name="k", title=item.help),
        rx.el.div(item.value, class_name=rx.cond(item.is_word, "v word", "v"), title=item.full),
    )


def _output(source: Source, output: rx.Var) -> rx.Component:
    return rx.el.section(
        heading(output.title, output.level),
        rx.cond(output.caption != "", rx.el.p(output.caption, class_name="muted small measure")),
        rx.match(
            output.kind,
            ("figure", figure(source, output)),
            ("table", rx.fragment(rx.foreach(output.tables, lambda item: table(source, item)))),
            ("network", network(source, output)),
            ("structure", structure(source, output)),
            ("text", text(source, output)),
            rx.fragment(),
        ),
        downloads(source, output),
        class_name="card stack",
    )


def _section(source: Source, section: rx.Var) -> rx.Component:
    return rx.el.section(
        rx.foreach(section.headings, lambda item: heading(item.text, item.level)),
        rx.foreach(section.outputs, lambda output: _output(source, output)),
        rx.cond(
            section.matrices.length() > 0,
            rx.el.div(rx.foreach(section.matrices, lambda output: matrix(source, output)), class_name="card stack s"),
        ),
        class_name="stack",
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
        files(source),
        class_name="stack l",
        on_mount=TourState.begin_if_new("result") if source.has_tour else None,
    )
