"""The moment between "Try it" and the form."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.landing.state import TryState
from sciflask_reflex.shell.feedback import button_link, note, skeleton
from sciflask_reflex.shell.frame import page_frame


@page_frame()
def try_example() -> rx.Component:
    """Say that the example is being prepared, or why it is not."""
    return rx.cond(
        TryState.problem != "",
        rx.el.div(
            note("error", TryState.problem, role="alert"),
            rx.el.div(button_link("Tools", routes.TOOLS), button_link("Sign in", routes.LOGIN), class_name="actions"),
            class_name="stack",
        ),
        rx.el.div(rx.el.p("Preparing the example…", class_name="muted", role="status"), skeleton(40, 320), class_name="stack"),
    )
