"""The pages around the mails of an account: we wrote to you, confirm your address, forgotten password, new password."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.entry.state import EntryState
from sciflask_reflex.entry.view import address, card, foot, form, link_form, password_fields, submit
from sciflask_reflex.shell.feedback import button_link
from sciflask_reflex.shell.frame import page_frame


def _typed_address() -> rx.Component:
    """Say where we wrote, in the person's own letters: what is in the database is nobody's business here."""
    typed = EntryState.values["email"]
    return rx.cond(typed, rx.el.b(typed, style={"overflow_wrap": "anywhere"}), "the address that you gave")


@page_frame(width="narrow")
def register_sent() -> rx.Component:
    """Say that there is a mail to read, whoever the address belongs to."""
    return card(
        "Read your mail",
        rx.el.p("We wrote to ", _typed_address(), ". Open the link in that mail within 24 hours to confirm that the address is yours."),
        rx.el.p(
            "Nothing there after a few minutes? Look into the folder for spam, or ",
            rx.link("have it sent again", href=routes.CONFIRM_AGAIN),
            ".",
        ),
        rx.cond(
            EntryState.guests,
            rx.el.div(
                rx.el.p("You need not wait: go on as a guest. If you confirm in this browser, your work becomes your account's."),
                rx.el.div(button_link("Go on as a guest", routes.PROFILE), class_name="actions", style={"margin_top": "12px"}),
            ),
        ),
    )


@page_frame(width="narrow")
def confirm() -> rx.Component:
    """Ask for the press of a button: programs that look into mails open links, but press nothing."""
    return card(
        "Confirm your address",
        rx.el.p("Press the button if you made an account here with the address that our mail came to."),
        link_form(routes.AUTH_CONFIRM, submit("Confirm my address")),
        foot("The link is too old? ", rx.link("Have a new one sent", href=routes.CONFIRM_AGAIN)),
    )


@page_frame(width="narrow")
def confirm_again() -> rx.Component:
    """Let somebody have the first mail sent once more."""
    return card(
        "Send the mail again",
        rx.el.p("If an account with this address waits to be confirmed, we write to it once more. Older links stop working."),
        form(routes.AUTH_CONFIRM_AGAIN, address(), submit("Send the mail")),
        foot(rx.link("Back to sign in", href=routes.LOGIN)),
    )


@page_frame(width="narrow")
def reset_password() -> rx.Component:
    """Ask where to write to."""
    return card(
        "Forgot your password?",
        rx.el.p("Give the address of your account. We send a link there with which you choose a new password."),
        form(routes.AUTH_RESET, address(), submit("Send the link")),
        foot(rx.link("Back to sign in", href=routes.LOGIN)),
    )


@page_frame(width="narrow")
def reset_sent() -> rx.Component:
    """Say the same, whether or not there is an account."""
    return card(
        "Read your mail",
        rx.el.p("If there is an account with ", _typed_address(), ", we wrote to it. The link in the mail works for 30 minutes."),
        rx.el.p(
            "Nothing there after a few minutes? Look into the folder for spam, or ", rx.link("try again", href=routes.RESET_PASSWORD), "."
        ),
        foot(rx.link("Back to sign in", href=routes.LOGIN)),
    )


@page_frame(width="narrow")
def new_password() -> rx.Component:
    """Let whoever has the link choose a password."""
    return card(
        "Choose a new password",
        rx.el.p("It ends every session of your account; sign in with it afterwards."),
        link_form(
            routes.AUTH_NEW_PASSWORD,
            password_fields("New password", known=[]),
            submit("Set the password"),
        ),
        foot("The link is too old? ", rx.link("Have a new one sent", href=routes.RESET_PASSWORD)),
    )
