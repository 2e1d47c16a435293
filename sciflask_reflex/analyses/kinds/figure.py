"""A figure: drawn by the browser, zoomed into where it is large, or a still picture where there is nothing to draw."""

import reflex as rx

from sciflask_reflex.analyses.kinds.source import Source
from sciflask_reflex.shell.figure import remote_figure
from sciflask_reflex.shell.tile_map import tile_map

SAFE = "Your result is safe; the files below can be downloaded all the same."


def _whole(source: Source, output: rx.Var) -> rx.Component:
    return rx.cond(
        output.src != "",
        remote_figure(src=source.address(output.src), label=output.title, otherwise=SAFE, stays=source.stays),
        rx.el.img(src=source.address(output.picture), alt=output.title),
    )


def _zoomed(source: Source, output: rx.Var) -> rx.Component:
    """Draw the map; the overview is folded away, and fetched when it is unfolded."""
    overview = rx.el.img(src=source.address(output.picture), alt=f"{output.title}, as one picture", loading="lazy")
    return rx.fragment(
        tile_map(src=source.address(output.tiles), label=output.title),
        rx.cond(output.picture != "", rx.el.details(rx.el.summary("As one picture"), overview, class_name="fold")),
    )


def figure(source: Source, output: rx.Var) -> rx.Component:
    """Draw a figure."""
    return rx.cond(output.tiles != "", _zoomed(source, output), _whole(source, output))
