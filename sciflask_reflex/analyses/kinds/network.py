"""A network: drawn as a graph, and folded away below it as tables."""

import reflex as rx

from sciflask_reflex.analyses.kinds.figure import figure
from sciflask_reflex.analyses.kinds.source import Source
from sciflask_reflex.analyses.kinds.table import table


def network(source: Source, output: rx.Var) -> rx.Component:
    """Draw a network."""
    return rx.fragment(
        figure(source, output),
        rx.foreach(
            output.tables,
            lambda part: rx.el.details(rx.el.summary("As a table: ", part.title), table(source, part), class_name="fold"),
        ),
    )
