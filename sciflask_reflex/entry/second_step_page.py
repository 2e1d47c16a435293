"""The page between the password and the site, for those who have set up a second step."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.entry.second_step_state import SecondStepState
from sciflask_reflex.entry.view import begin_again, card, foot, form, row, submit
from sciflask_reflex.identity.factors.ticket import OVER
from sciflask_reflex.shell.factors import passkey_button
from sciflask_reflex.shell.feedback import skeleton
from sciflask_reflex.shell.frame import page_frame

APP = "Six digits from your app. A recovery code will do, too."
RECOVERY = "One of your recovery codes, if the passkey is lost."


def _code_form() -> rx.Component:
    return form(
        routes.AUTH_SECOND_STEP,
        rx.cond(
            SecondStepState.totp,
            row("Code", "code", hint=APP, autocomplete="one-time-code"),
            row("Code", "code", hint=RECOVERY, autocomplete="off"),
        ),
        submit("Continue"),
    )


def _ways() -> rx.Component:
    return rx.el.div(
        rx.cond(
            SecondStepState.passkeys,
            passkey_button(action=routes.PASSKEY_SECOND_STEP, label="Use a passkey", next="", solid=~SecondStepState.totp),
        ),
        _code_form(),
        foot(rx.link("Sign in as somebody else", href=routes.LOGIN)),
        class_name="stack l",
    )


@page_frame(width="narrow")
def second_step() -> rx.Component:
    """Draw the page of the second step."""
    return card(
        "Show that it is you",
        rx.cond(SecondStepState.loaded, rx.cond(SecondStepState.over, begin_again(OVER), _ways()), skeleton(44, 44, 44)),
    )
