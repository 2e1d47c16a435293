"""Sign in, create an account, and what to do about a forgotten password. Native forms: they work with any password manager."""

from typing import Any

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.entry.state import EntryState
from sciflask_reflex.identity.passwords import MIN_CHARS
from sciflask_reflex.settings import settings
from sciflask_reflex.shell.feedback import note
from sciflask_reflex.shell.fields import checkbox, fault, field, text_input
from sciflask_reflex.shell.frame import page_frame


def _row(label: str, name: str, *, hint: str = "", kind: str = "text", autocomplete: str) -> rx.Component:
    """Draw one field. A fault shows below it; a value comes back after a failed try, unless it is a password."""
    wrong = EntryState.faults[name]
    props: dict[str, Any] = {} if kind == "password" else {"default_value": EntryState.values[name]}
    control = text_input(name, type=kind, auto_complete=autocomplete, error=wrong, custom_attrs={"aria-required": "true"}, **props)
    return field(label, control, control_id=name, hint=hint, error=wrong)


def _form(action: str, *children: rx.Component) -> rx.Component:
    return rx.el.form(
        rx.cond(EntryState.sentence, note("error", EntryState.sentence, role="alert")),
        *children,
        rx.el.input(type="hidden", name="next", value=EntryState.next_path, read_only=True),
        key=EntryState.form_key,
        method="post",
        action=action,
        on_submit=None,
        no_validate=True,
        class_name="stack",
    )


def _onward(page: str, text: str) -> rx.Component:
    """Link to the other form, taking along where the person was heading."""
    query = rx.cond(EntryState.next_path, f"?next={EntryState.next_path}", "")
    return rx.link(text, href=f"{page}{query}")


def _card(title: str, *children: rx.Component) -> rx.Component:
    return rx.el.section(rx.el.h1(title), *children, class_name="card stack")


@page_frame(width="narrow")
def login() -> rx.Component:
    """Draw the sign-in page."""
    return _card(
        "Sign in",
        _form(
            routes.AUTH_LOGIN,
            _row("Email", "email", kind="email", autocomplete="username"),
            _row("Password", "password", kind="password", autocomplete="current-password"),
            rx.el.button("Sign in", type="submit", class_name="btn solid big"),
        ),
        rx.el.p(rx.link("Forgot your password?", href=routes.RESET_PASSWORD)),
        rx.cond(EntryState.closed, rx.fragment(), rx.el.p("New here? ", _onward(routes.REGISTER, "Create an account"))),
    )


def _terms() -> rx.Component:
    return rx.el.div(
        checkbox("I accept the terms and conditions", control_id="terms", default_checked=EntryState.values["terms"] == "on"),
        rx.link("Read the terms", href=routes.TERMS, target="_blank"),
        rx.cond(EntryState.faults["terms"], fault(EntryState.faults["terms"], "terms")),
        class_name="field",
    )


def _register_form() -> rx.Component:
    return _form(
        routes.AUTH_REGISTER,
        _row("First name", "first_name", autocomplete="given-name"),
        _row("Last name", "last_name", autocomplete="family-name"),
        rx.cond(EntryState.academic, note("info", "Use your address at a university or research institute.")),
        _row("Email", "email", kind="email", autocomplete="username"),
        _row(
            "Password",
            "password",
            kind="password",
            hint=f"At least {MIN_CHARS} characters; a few words will do.",
            autocomplete="new-password",
        ),
        _row("Confirm password", "confirm_password", kind="password", autocomplete="new-password"),
        _terms(),
        rx.el.button("Create account", type="submit", class_name="btn solid big"),
    )


@page_frame(width="narrow")
def register() -> rx.Component:
    """Draw the page that makes an account."""
    return _card(
        "Create an account",
        rx.cond(
            EntryState.closed,
            note("info", "New accounts are closed on this site. Ask the people who run it for one."),
            _register_form(),
        ),
        rx.el.p("You have an account? ", _onward(routes.LOGIN, "Sign in")),
    )


@page_frame(width="narrow")
def reset_password() -> rx.Component:
    """Say how to get in again. The site sends no mail for this yet, and says so."""
    contact = settings().contact
    return _card(
        "Forgot your password?",
        rx.el.p("This site cannot send you a new password by itself yet. The people who run it can set one for you."),
        rx.el.p("Write to ", rx.link(contact, href=f"mailto:{contact}"), " from the address of your account.")
        if contact
        else rx.el.p("Ask the person who gave you the address of this site."),
        rx.el.p("If that is you: ", rx.el.code("sciflask admin set-password --email you@university.edu"), "."),
        rx.el.p(rx.link("Back to sign in", href=routes.LOGIN)),
    )
