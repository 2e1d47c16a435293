"""Sign in, and create an account."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.entry.institution_view import email_field
from sciflask_reflex.entry.oidc_page import provider_buttons
from sciflask_reflex.entry.oidc_state import OidcState
from sciflask_reflex.entry.state import EntryState
from sciflask_reflex.entry.view import address, card, foot, form, onward, other_ways, password_fields, row, submit, terms
from sciflask_reflex.shell.factors import passkey_button
from sciflask_reflex.shell.feedback import note
from sciflask_reflex.shell.fields import checkbox
from sciflask_reflex.shell.frame import page_frame
from sciflask_reflex.shell.human_check import human_check


@page_frame(width="narrow")
def login() -> rx.Component:
    """Draw the sign-in page."""
    return card(
        "Sign in",
        form(
            routes.AUTH_LOGIN,
            address(),
            row("Password", "password", kind="password", autocomplete="current-password"),
            rx.el.div(
                checkbox("Remember me", control_id="remember"),
                rx.link("Forgot your password?", href=routes.RESET_PASSWORD, class_name="small"),
                class_name="row between",
            ),
            submit("Sign in"),
        ),
        # No other button may have "Sign in" in its name: programs and screen readers find the form's by it.
        other_ways(
            passkey_button(action=routes.PASSKEY_SIGN_IN, label="Use a passkey", next=EntryState.next_path, solid=False), provider_buttons()
        ),
        foot(
            rx.cond(EntryState.closed, rx.fragment(), rx.el.span("New here? ", onward(routes.REGISTER, "Create an account"))),
            rx.link("No mail to confirm your address?", href=routes.CONFIRM_AGAIN),
        ),
    )


def _register_form() -> rx.Component:
    return form(
        routes.AUTH_REGISTER,
        rx.el.div(
            row("First name", "first_name", autocomplete="given-name"),
            row("Last name", "last_name", autocomplete="family-name"),
            class_name="pair",
        ),
        email_field(),
        password_fields("Password", known=["email", "first_name", "last_name"]),
        terms(),
        rx.cond(EntryState.human, human_check()),
        submit("Create account"),
    )


@page_frame(width="narrow")
def register() -> rx.Component:
    """Draw the page that makes an account."""
    return card(
        "Create an account",
        rx.cond(
            EntryState.closed,
            note("info", "New accounts are closed on this site. Ask the people who run it for one."),
            rx.fragment(_register_form(), rx.cond(OidcState.providers.length() > 0, other_ways(provider_buttons()))),
        ),
        foot("Already have an account? ", onward(routes.LOGIN, "Sign in")),
    )
