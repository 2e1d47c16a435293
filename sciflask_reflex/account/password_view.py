"""Another password, another address: what somebody else must not change."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.account.parts import account_form, folded, proof, row, speaks, told
from sciflask_reflex.account.state import AccountState
from sciflask_reflex.identity.passwords import MIN_CHARS
from sciflask_reflex.shell.feedback import button_link, note
from sciflask_reflex.shell.strength_meter import strength_meter

PASSWORD, EMAIL = "password", "email"


def password() -> rx.Component:
    """Draw the form for another password; people who came by a provider are told how to get one."""
    return rx.cond(AccountState.details.has_password, _password_form(), _no_password())


def _password_form() -> rx.Component:
    return account_form(
        PASSWORD,
        routes.AUTH_PASSWORD,
        proof(PASSWORD),
        row(
            PASSWORD,
            "New password",
            "password",
            kind="password",
            hint=f"At least {MIN_CHARS} characters; a few words will do.",
            autocomplete="new-password",
        ),
        strength_meter(field=f"{PASSWORD}-password", known=["details-first_name", "details-last_name"], least=MIN_CHARS),
        row(PASSWORD, "Confirm new password", "confirm_password", kind="password", autocomplete="new-password"),
        submit="Change password",
    )


def _no_password() -> rx.Component:
    return rx.el.div(
        told(PASSWORD),
        note("info", "You sign in without a password. To have one as well, ask for the mail that lets you set it."),
        rx.el.div(button_link("Set a password", routes.RESET_PASSWORD), class_name="actions"),
        class_name="stack",
    )


def email() -> rx.Component:
    """Draw the form for another address."""
    return rx.el.div(
        rx.el.p("Your address is ", rx.el.b(AccountState.details.email), "."),
        folded(
            "Change my address",
            account_form(
                EMAIL,
                routes.AUTH_EMAIL,
                row(EMAIL, "New email", "new_email", kind="email", autocomplete="email"),
                proof(EMAIL),
                submit="Change address",
            ),
            opened=speaks(EMAIL),
        ),
        class_name="stack",
    )
