"""A matrix: its size, and the file to download."""

import reflex as rx

from sciflask_reflex.analyses.kinds.source import Source, downloads, heading


def matrix(source: Source, output: rx.Var) -> rx.Component:
    """Draw the line of a matrix."""
    return rx.el.div(
        rx.el.div(heading(output.title, output.level), rx.el.span(output.size, class_name="muted small num"), class_name="row"),
        downloads(source, output),
        class_name="row between quiet-row",
    )
