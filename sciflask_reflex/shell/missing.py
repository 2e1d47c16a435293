"""What stands at an address that leads nowhere, or nowhere for the person who came."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.shell.feedback import button_link


def nothing_here() -> rx.Component:
    """Say that an address leads nowhere, and where to go."""
    return rx.el.div(
        rx.el.p("404", class_name="step-n"),
        rx.el.h1("There is nothing at this address"),
        rx.el.p("The page may have moved, or the address was cut short. Nothing of yours is lost.", class_name="muted measure"),
        rx.el.div(
            button_link("To the front page", routes.HOME, kind="solid"),
            button_link("My work", routes.PROFILE),
            button_link("Help", routes.HELP),
            class_name="actions",
        ),
        class_name="stack",
        style={"padding": "48px 0"},
    )
