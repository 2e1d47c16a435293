"""Behind the link that a new address got: one button. Opening the page uses nothing up."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.account.confirm_state import ConfirmEmailState
from sciflask_reflex.shell.feedback import button_link, note
from sciflask_reflex.shell.frame import page_frame
from sciflask_reflex.shell.link_token import link_token

MISSING = "Open this page by the link in the mail; the address alone is not enough."


def _form() -> rx.Component:
    return rx.el.form(
        rx.cond(ConfirmEmailState.sentence, note("error", ConfirmEmailState.sentence, role="alert")),
        rx.el.p("Your account moves to the address that this mail was sent to. You sign in with it from then on.", class_name="measure"),
        link_token(missing=MISSING),
        rx.el.button("Confirm the new address", type="submit", class_name="btn solid big"),
        method="post",
        action=routes.AUTH_CONFIRM_EMAIL,
        on_submit=None,
        class_name="stack",
    )


def _done() -> rx.Component:
    return rx.el.div(
        note("ok", ConfirmEmailState.sentence, role="status"),
        rx.el.div(
            rx.cond(
                ConfirmEmailState.signed_in,
                button_link("Account settings", routes.ACCOUNT, kind="solid"),
                button_link("Sign in", routes.LOGIN, kind="solid"),
            ),
            class_name="actions",
        ),
        class_name="stack",
    )


@page_frame(width="narrow")
def confirm_email() -> rx.Component:
    """Draw the button, or what became of it."""
    return rx.el.section(
        rx.el.h1("Confirm your new address"),
        rx.cond(ConfirmEmailState.done, _done(), _form()),
        class_name="card stack",
    )
