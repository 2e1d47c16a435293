"""The front page: what a person gets, shown by a real result."""

import reflex as rx

from pipeline.toolkit import Tool
from sciflask_reflex import routes
from sciflask_reflex.imprint import Front
from sciflask_reflex.landing.preview import example_matrix, heatmap
from sciflask_reflex.settings import settings
from sciflask_reflex.shell.feedback import button_link
from sciflask_reflex.shell.frame import page_frame
from sciflask_reflex.studies.first import first_tool

HOW = (
    (
        "Bring your tables",
        "One or two tables of numbers, rows are samples. Comma, tab or semicolon, UTF-8 or not: it is detected, and shown to you.",
    ),
    (
        "See what the check says",
        "Every fault at once, with its line, its column and how to mend it. Nothing is saved before, and nothing in your file is changed.",
    ),
    (
        "Explore, download, cite",
        "Watch it run in every tab, explore the plots, take everything along as one zip with parameters, versions and checksums.",
    ),
)
PROMISES = (
    ("A job never dies with the tab", "Close the page, lose the network, come back tomorrow: the analysis has gone on without you."),
    (
        "Exact, and it says how",
        "Numbers agree with SciPy and statsmodels to the last digits that matter. Every parameter is recorded with the result.",
    ),
    ("Private", "Only you see your files and results. No page loads anything from anybody else's server."),
)


SHIPPED = Front(
    "Correlations you can trust, from your browser",
    "Upload one or two tables, get every significant pair between their features, explore it, download it, cite it.",
    "",
)
"""What the page says where the operator's folder has no ``landing.md``."""
OWN = "Correlations you can trust"


def headline() -> str:
    """Return the title of the page."""
    words = settings().imprint.front
    return words.headline if words else OWN


def _picture(tool: Tool) -> rx.Component | None:
    frame = example_matrix(tool) if settings().imprint.file.landing.picture else None
    if frame is None:
        return None
    return rx.el.figure(
        heatmap(frame),
        rx.el.figcaption(
            "A real result: significant correlations in the example data, ordered by similarity. Hover a cell to see the pair."
        ),
        class_name="figure-card",
    )


def _hero(tool: Tool, words: Front) -> rx.Component:
    picture = _picture(tool)
    return rx.el.section(
        rx.el.div(
            rx.el.h1(words.headline),
            rx.html(words.lead, class_name="lead"),
            rx.el.div(
                button_link("Open", routes.tool(tool.slug), icon="play", kind="solid big")
                if tool.live
                else button_link("Try it with example data", routes.try_tool(tool.slug), icon="play", kind="solid big"),
                button_link("Upload my data", routes.UPLOAD, kind="big"),
                class_name="actions",
            ),
            rx.el.p("No account needed · files stay private · open source", class_name="muted small", style={"margin_top": "16px"}),
        ),
        picture or rx.fragment(),
        class_name="hero" if picture else "hero alone",
    )


def _how() -> rx.Component:
    steps = [
        rx.el.div(
            rx.el.div(f"Step {number}", class_name="step-n"),
            rx.el.h3(title),
            rx.el.p(text, class_name="muted small"),
            class_name="card stack s",
        )
        for number, (title, text) in enumerate(HOW, start=1)
    ]
    return rx.el.section(rx.el.h2("How it works"), rx.el.div(*steps, class_name="grid3"), class_name="stack")


def _promises() -> rx.Component:
    items = [rx.el.div(rx.el.h3(title), rx.el.p(text, class_name="muted small"), class_name="stack s") for title, text in PROMISES]
    return rx.el.section(rx.el.h2("What you can rely on"), rx.el.div(*items, class_name="grid3"), class_name="stack")


@page_frame()
def landing() -> rx.Component:
    """Show what the site does and let a visitor try it."""
    words, shown = settings().imprint.front or SHIPPED, settings().imprint.file.landing
    return rx.el.div(
        _hero(first_tool(settings()), words),
        rx.html(words.text, class_name="prose") if words.text else rx.fragment(),
        _how() if shown.steps else rx.fragment(),
        _promises() if shown.promises else rx.fragment(),
        class_name="stack xl",
    )
