"""A figure: drawn by the browser, or a still picture where there is nothing to draw."""

import reflex as rx

from sciflask_reflex.analyses.kinds.source import Source
from sciflask_reflex.shell.figure import remote_figure


def figure(source: Source, output: rx.Var) -> rx.Component:
    """Draw a figure."""
    return rx.cond(
        output.src != "",
        remote_figure(src=source.address(output.src), label=output.title, stays=source.stays),
        rx.el.img(src=source.address(output.picture), alt=output.title),
    )
