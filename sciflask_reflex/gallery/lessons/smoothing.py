"""A live tool: one typed function, computed again while a control moves."""

import reflex as rx

from pipeline import tools
from sciflask_reflex.gallery.lesson import Lesson, beside
from sciflask_reflex.instant.state import InstantState
from sciflask_reflex.instant.view import live_view
from sciflask_reflex.settings import ROOT

SLUG = "smoothing"


def page() -> rx.Component:
    """Draw what the site draws for every live tool."""
    return live_view(tools()[SLUG])


LESSON = Lesson(
    SLUG,
    "Smoothing, live",
    "A function with typed parameters is a tool, and a cheap one may be live: there is no page to write at all. Every move of a slider computes the result anew.",
    draw=page,
    load=(InstantState.open(SLUG),),
    files=beside(str(ROOT / "pipeline" / SLUG / "tool.py"), "tool.py", "science.py"),
)
