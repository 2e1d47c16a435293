"""The web boundary: what a person sees when the site itself is at fault, and what is kept for those who mend it."""

import logging
from secrets import token_hex

import reflex as rx
from reflex_base.event import EventSpec
from reflex_base.vars.base import Var
from reflex_components_core.base.error_boundary import ErrorBoundary
from reflex_components_core.core.banner import ConnectionBanner

from sciflask_reflex import routes
from sciflask_reflex.identity.buckets import Buckets
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.identity.visit import this_visit
from sciflask_reflex.jobs.faults import record_soon
from sciflask_reflex.shell.feedback import note
from sciflask_reflex.shell.links import plain_link

PER_MINUTE = 10

log = logging.getLogger(__name__)
_buckets = Buckets()


def report_fault(exception: Exception) -> EventSpec | None:
    """Log an exception that no handler knew, and give the person a reference to it instead of its text.

    A few times a minute for each tab: what a tab sends along with an event can make the answer fail, too, and its answer, and so on for ever.
    """
    if not _buckets.take(("fault", this_visit().client), PER_MINUTE):
        return None
    reference = token_hex(4)
    log.error("fault %s in an event handler", reference, exc_info=exception)
    record_soon(exception, "event handler")
    return SessionState.tell_fault(reference)  # pyright: ignore[reportReturnType, reportCallIssue]


def _broken_page() -> rx.Component:
    return rx.el.main(
        rx.el.div(
            rx.el.h1("This page could not be shown"),
            rx.el.p(
                "That is a fault of the site, not of your data. Your work is safe on the server; loading the page again often helps.",
                class_name="muted measure",
            ),
            rx.el.div(
                plain_link("Load again", href="", class_name="btn solid"),
                plain_link("To the front page", href=routes.HOME, class_name="btn"),
                class_name="actions",
            ),
            class_name="stack",
            style={"padding": "72px 0"},
        ),
        class_name="main narrow",
    )


def connection_lost(stateful: bool) -> rx.Component | None:  # noqa: FBT001 - Reflex calls it so
    """Say that the server does not answer, for as long as it does not."""
    if not stateful:
        return None
    words = "The connection to the site is lost; trying again. Analyses go on meanwhile."
    return ConnectionBanner.create(rx.el.div(note("warning", words, role="status"), class_name="lost"))


def boundary(stateful: bool) -> rx.Component:  # noqa: FBT001 - Reflex calls it so
    """Catch what goes wrong while a page is drawn."""
    props = {} if stateful else {"on_error": rx.noop()}
    return ErrorBoundary.create(fallback_render=Var.create(_broken_page()), **props)
