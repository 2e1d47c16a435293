"""Sign-in by a provider: the buttons, and the pages of those who have no account yet."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.entry.institution_view import HINT
from sciflask_reflex.entry.oidc_state import OidcState
from sciflask_reflex.entry.state import EntryState
from sciflask_reflex.entry.view import begin_again, card, foot, form, link_form, row, submit, terms
from sciflask_reflex.identity.oidc.joining import OVER
from sciflask_reflex.shell.feedback import skeleton
from sciflask_reflex.shell.fields import fault
from sciflask_reflex.shell.frame import page_frame


def provider_buttons() -> rx.Component:
    """Draw one button for each provider; nothing where there is none."""
    return rx.cond(OidcState.providers.length() > 0, rx.el.div(rx.foreach(OidcState.providers, _button), class_name="stack s"))


def _button(row: rx.Var) -> rx.Component:
    # "Continue with", since one button of the page alone is called "Sign in", also for programs that look for a part of a name.
    return rx.el.form(
        rx.el.input(type="hidden", name="next", value=EntryState.next_path, read_only=True),
        rx.el.button(f"Continue with {row.title}", type="submit", class_name="btn big"),
        method="post",
        action=f"{routes.AUTH_OIDC}/{row.slug}",
        on_submit=None,
        class_name="stack",
    )


def _address() -> rx.Component:
    proved = rx.el.div(
        rx.el.p("Your address is ", rx.el.b(OidcState.address), ", as ", OidcState.title, " says."),
        rx.cond(EntryState.faults["email"], fault(EntryState.faults["email"], "email")),
        class_name="field",
    )
    asked = row("Email", "email", kind="email", autocomplete="email", hint=HINT)
    return rx.cond(OidcState.address, proved, asked)


def _newcomer() -> rx.Component:
    return rx.el.div(
        rx.el.p(OidcState.title, " says that you are ", rx.el.b(OidcState.label), ". There is no account for that here yet."),
        form(
            routes.AUTH_OIDC_JOIN,
            rx.el.div(
                row("First name", "first_name", default_value=OidcState.first_name, autocomplete="given-name"),
                row("Last name", "last_name", default_value=OidcState.last_name, autocomplete="family-name"),
                class_name="pair",
            ),
            _address(),
            terms(),
            submit("Create account"),
        ),
        foot(
            "You have an account already? ",
            rx.link("Sign in to it", href=f"{routes.LOGIN}?next={routes.ACCOUNT}"),
            "; then link the two in your account settings.",
        ),
        class_name="stack l",
    )


@page_frame(width="narrow")
def join() -> rx.Component:
    """Draw the form of those who came by a provider and have no account."""
    return card(
        "Create an account", rx.cond(OidcState.loaded, rx.cond(OidcState.over, begin_again(OVER), _newcomer()), skeleton(44, 44, 44))
    )


@page_frame(width="narrow")
def join_sent() -> rx.Component:
    """Say where we wrote to."""
    return card(
        "Read your mail",
        rx.el.p("We wrote to ", rx.el.b(rx.cond(EntryState.values["email"], EntryState.values["email"], "your address")), "."),
        rx.el.p("Open the link in that mail with this browser, within 24 hours. Your account is made when you press the button there."),
    )


@page_frame(width="narrow")
def join_confirm() -> rx.Component:
    """Draw the button that makes the account."""
    return card("Confirm your address", link_form(routes.AUTH_OIDC_CONFIRM, submit("Confirm and create account")))
