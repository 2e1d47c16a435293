"""The parts of the pages at the entry. Native forms: they work with any password manager."""

from typing import Any

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.entry.state import EntryState
from sciflask_reflex.identity.passwords import MIN_CHARS
from sciflask_reflex.shell.feedback import button_link, note
from sciflask_reflex.shell.fields import checkbox, fault, field, text_input
from sciflask_reflex.shell.form_values import form_values
from sciflask_reflex.shell.link_token import link_token
from sciflask_reflex.shell.strength_meter import strength_meter

NO_LINK = "This page is opened by the link in a mail. Open that link again; if it is too old, ask for a new one."


PASSWORD_HINT = f"At least {MIN_CHARS} characters; a few words will do."


def row(
    label: str, name: str, *, hint: str | rx.Component = "", kind: str = "text", autocomplete: str, wrong: Any = None, **props: Any
) -> rx.Component:
    """Draw one field. A fault shows below it."""
    wrong = EntryState.faults[name] if wrong is None else wrong
    control = text_input(name, type=kind, auto_complete=autocomplete, error=wrong, custom_attrs={"aria-required": "true"}, **props)
    return field(label, control, control_id=name, hint=hint, error=wrong)


def form(action: str, *children: rx.Component) -> rx.Component:
    """Draw a form that the browser posts by itself. After a failed try the values come back, but for the passwords."""
    return rx.el.form(
        form_values(values=EntryState.values),
        said(),
        *children,
        rx.el.input(type="hidden", name="next", value=EntryState.next_path, read_only=True),
        method="post",
        action=action,
        on_submit=None,
        no_validate=True,
        class_name="stack",
    )


def said() -> rx.Component:
    """Draw what the last form had to say, good or bad, and the way out of a missing confirmation."""
    again = rx.cond(EntryState.faults["confirmation"], rx.link("Send the mail again", href=routes.CONFIRM_AGAIN))
    return rx.cond(
        EntryState.sentence,
        note(rx.cond(EntryState.good_news, "ok", "error"), rx.el.div(rx.el.div(EntryState.sentence), again), role="alert"),
    )


def link_form(action: str, *children: rx.Component) -> rx.Component:
    """Draw the form of a page that a link in a mail leads to."""
    return form(action, link_token(missing=NO_LINK), *children)


def address(**props: Any) -> rx.Component:
    """Draw the field for the address of an account."""
    return row("Email", "email", kind="email", autocomplete="username", **props)


def password_fields(label: str, *, known: list[str]) -> rx.Component:
    """Draw the two fields for a new password, with the meter between them; it knows what stands in the fields ``known``."""
    return rx.fragment(
        row(label, "password", kind="password", hint=PASSWORD_HINT, autocomplete="new-password"),
        strength_meter(field="password", known=known, least=MIN_CHARS),
        row("Confirm password", "confirm_password", kind="password", autocomplete="new-password"),
    )


def terms() -> rx.Component:
    """Draw the box for the terms, with the way to read them."""
    return rx.el.div(
        rx.el.div(
            checkbox("I accept the terms and conditions", control_id="terms"),
            rx.link("Read the terms", href=routes.TERMS, target="_blank", class_name="small"),
            class_name="row between",
        ),
        rx.cond(EntryState.faults["terms"], fault(EntryState.faults["terms"], "terms")),
        class_name="field",
    )


def begin_again(sentence: str) -> rx.Component:
    """Say that what was begun is over, and lead back to the beginning."""
    return rx.el.div(
        note("info", sentence), rx.el.div(button_link("Sign in", routes.LOGIN, kind="solid"), class_name="actions"), class_name="stack"
    )


def submit(text: str) -> rx.Component:
    """Draw the button of a form."""
    return rx.el.button(text, type="submit", class_name="btn solid big")


def other_ways(*children: rx.Component) -> rx.Component:
    """Draw what may be done instead of filling in the form above."""
    return rx.el.div(rx.el.p("or", class_name="or"), *children, class_name="stack s")


def foot(*children: Any) -> rx.Component:
    """Draw the line at the end of a page at the entry, which leads to another one."""
    return rx.el.div(*children, class_name="entry-foot")


def onward(page: str, text: str) -> rx.Component:
    """Link to the other form, taking along where the person was heading."""
    query = rx.cond(EntryState.next_path, f"?next={EntryState.next_path}", "")
    return rx.link(text, href=f"{page}{query}")


def card(title: str, *children: rx.Component) -> rx.Component:
    """Draw a page at the entry."""
    return rx.el.section(rx.el.h1(title), *children, class_name="card stack entry")
