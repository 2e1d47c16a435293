"""The files of a result, to download one by one."""

import reflex as rx

from sciflask_reflex.analyses.kinds.source import Source
from sciflask_reflex.shell.links import plain_link


def _file(source: Source, item: rx.Var) -> rx.Component:
    return rx.el.tr(
        rx.el.td(plain_link(item.name, href=source.address(item.url), download=True), class_name="wrap mono"),
        rx.el.td(item.title, class_name="wrap"),
        rx.el.td(item.size, class_name="num"),
    )


def files(source: Source) -> rx.Component:
    """Draw the list of the files."""
    view = source.state.view
    return rx.el.section(
        rx.el.h2("Files"),
        rx.el.p(
            rx.cond(view.made != "", rx.fragment("Every file but ", view.made, " is"), "Every file is"),
            f" in the zip as well, {source.zipped}.",
            rx.cond(view.made != "", rx.fragment(" ", view.made, " is written while you download it, from the packed files.")),
            class_name="muted small",
        ),
        rx.el.div(
            rx.el.table(
                rx.el.thead(rx.el.tr(rx.el.th("File"), rx.el.th("What it holds"), rx.el.th("Size", class_name="num"))),
                rx.el.tbody(rx.foreach(view.files, lambda item: _file(source, item))),
                class_name="list",
            ),
            class_name="table-wrap",
        ),
        class_name="stack s",
    )
