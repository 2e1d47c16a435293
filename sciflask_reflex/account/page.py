"""The account page: sections one below the other, and a list of them beside. A section comes from a view of its own."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.account.details_view import details
from sciflask_reflex.account.parts import Section, section, way_to
from sciflask_reflex.shell.feedback import button_link
from sciflask_reflex.shell.frame import page_frame

SECTIONS: tuple[Section, ...] = (Section("details", "Details", "Who you are on this site.", details()),)
"""In the order of the page. Forms post to /auth/... with the page path ``routes.ACCOUNT#<id>``."""


@page_frame()
def account() -> rx.Component:
    """Show the settings of the person who looks."""
    return rx.el.div(
        rx.el.div(
            rx.el.div(rx.el.h1("Account settings"), rx.el.p("Who you are, how you sign in, and what we keep of you."), class_name="grow"),
            button_link("My work", routes.PROFILE, icon="layers"),
            class_name="page-head",
        ),
        rx.el.div(way_to(SECTIONS), rx.el.div(*[section(it) for it in SECTIONS], class_name="stack l"), class_name="with-nav"),
    )
