"""The frame within the frame: every page of administration has a heading, the way to the others, and is there for admins alone."""

import functools
from collections.abc import Callable

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.shell.feedback import skeleton
from sciflask_reflex.shell.frame import PageFunction, page_frame
from sciflask_reflex.shell.links import plain_link
from sciflask_reflex.shell.missing import nothing_here
from sciflask_reflex.shell.places import links

PLACES = (
    ("Overview", routes.MANAGE),
    ("Queue", routes.MANAGE_QUEUE),
    ("Failures", routes.MANAGE_FAILURES),
    ("Usage", routes.MANAGE_USAGE),
    ("Audit log", routes.MANAGE_LOG),
    ("Announcements", routes.MANAGE_ANNOUNCEMENTS),
    ("Limits", routes.MANAGE_QUOTAS),
    ("Mail", routes.MANAGE_MAIL),
)


def _way(here: str) -> rx.Component:
    places = (*PLACES, *((link.title, link.path) for link in links("administration")))
    ways = [
        rx.link(title, href=href, underline="none", custom_attrs={"aria-current": "page"} if href == here else {}) for title, href in places
    ]
    tables = plain_link("All tables", rx.icon("external-link", size=14), href=routes.ADMIN)
    return rx.el.nav(*ways, tables, class_name="tabs manage-nav", custom_attrs={"aria-label": "Administration"})


def managed(here: str, title: str, sentence: str, *, loaded: rx.Var[bool]) -> Callable[[PageFunction], PageFunction]:
    """Put a page into the frame of administration; whoever is no admin finds nothing at its address."""

    def wrap(page: PageFunction) -> PageFunction:
        @page_frame(width="full")
        @functools.wraps(page)
        def framed() -> rx.Component:
            content = rx.el.div(
                rx.el.div(rx.el.div(rx.el.h1(title), rx.el.p(sentence), class_name="grow"), class_name="page-head"),
                _way(here),
                rx.cond(loaded, page(), skeleton(80, 160, 160)),
                class_name="stack l manage",
            )
            return rx.cond(SessionState.is_admin, content, rx.cond(rx.State.is_hydrated, nothing_here(), skeleton(40, 200)))

        return framed

    return wrap
