"""The page of an analysis while it is not over: where it stands."""

import reflex as rx

from sciflask_reflex.analyses.state import AnalysisState
from sciflask_reflex.shell.feedback import note, progress

VIEW = AnalysisState.view


def waiting() -> rx.Component:
    """Show where the analysis stands: place in the queue, stage, fraction, log."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(
                rx.match(
                    VIEW.status,
                    ("queued", "Waiting for a free worker"),
                    ("cancelling", "Stopping"),
                    rx.cond(VIEW.stage != "", VIEW.stage, "Starting"),
                )
            ),
            rx.el.span(
                rx.cond(VIEW.status == "queued", VIEW.queue_text, VIEW.percent),
                rx.cond(VIEW.eta_text != "", rx.fragment(" · ", VIEW.eta_text)),
                class_name="num muted",
            ),
            class_name="row between",
        ),
        rx.cond(VIEW.stalled != "", note("warning", VIEW.stalled)),
        progress(VIEW.fraction, "Progress of the analysis"),
        rx.cond(
            VIEW.attempt_text != "", rx.el.p(VIEW.attempt_text, ": an earlier worker stopped before it was done.", class_name="muted small")
        ),
        rx.cond(VIEW.log != "", rx.el.div(VIEW.log, class_name="log", custom_attrs={"aria-label": "Log", "tabindex": "0"})),
        rx.el.p("You may close this page. The analysis goes on, and it will be here when you come back.", class_name="muted small"),
        class_name="card stack",
    )
