"""A live tool: one typed function, computed again while a control moves."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.gallery.lesson import Lesson, beside
from sciflask_reflex.settings import ROOT
from sciflask_reflex.shell.feedback import button_link

SLUG = "smoothing"


def page() -> rx.Component:
    """Lead to the tool."""
    return rx.el.div(
        rx.el.p("The site draws the page of this tool from its function alone: a slider for σ, a plot, key numbers, downloads."),
        button_link("Open the tool", routes.tool(SLUG), icon="sliders-horizontal", kind="solid"),
        class_name="stack",
    )


LESSON = Lesson(
    SLUG,
    "Smoothing, live",
    "A function with typed parameters is a tool, and a cheap one may be live: there is no page to write at all. Every move of a slider computes the result anew.",
    draw=page,
    files=beside(str(ROOT / "pipeline" / SLUG / "tool.py"), "tool.py", "science.py"),
)
