"""A structure in space."""

import reflex as rx

from sciflask_reflex.analyses.kinds.source import Source
from sciflask_reflex.shell.structure import structure as viewer


def structure(source: Source, output: rx.Var) -> rx.Component:
    """Draw a structure with its models."""
    return viewer(src=source.address(output.src), models=rx.cond(output.about != "", source.address(output.about), ""), label=output.title)
