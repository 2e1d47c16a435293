"""A text: its paragraphs, as they were written."""

import reflex as rx

from sciflask_reflex.analyses.kinds.source import Source


def text(source: Source, output: rx.Var) -> rx.Component:
    """Draw a text."""
    shown = source.state.texts[output.name]
    return rx.el.div(
        rx.foreach(shown.paragraphs, lambda paragraph: rx.el.p(paragraph, class_name="as-written")),
        rx.cond(shown.cut, rx.el.p(shown.cut, class_name="muted small")),
        class_name="stack s measure",
    )
