"""The pieces that every section of the account page is made of: the card, the way to it, the form with its faults, the proof."""

from collections.abc import Callable
from typing import Any, NamedTuple

import reflex as rx

from sciflask_reflex.account.state import AccountState
from sciflask_reflex.shell.feedback import note, skeleton
from sciflask_reflex.shell.fields import field, text_input
from sciflask_reflex.shell.form_values import form_values
from sciflask_reflex.shell.links import plain_link

MOST_AT_FIRST = 5
"""Rows of a list that show before somebody asks for the others."""


class Section(NamedTuple):
    """One section: the id that links and forms know it by, its heading, a sentence, and what is in it."""

    id: str
    title: str
    text: str
    content: rx.Component
    group: str = ""
    """Heading in the list of sections, where a new group of them begins."""


def section(it: Section) -> rx.Component:
    """Draw a section as a card. It is there from the start, so that links find it; its content comes when all of the page has loaded:
    no list says that it is empty before it is known.
    """
    return rx.el.section(
        rx.el.div(
            rx.el.h2(it.title, id=f"{it.id}-title"),
            rx.el.p(it.text, class_name="muted small measure") if it.text else rx.fragment(),
            class_name="stack s",
        ),
        rx.cond(AccountState.ready > 0, it.content, skeleton(44, 44)),
        class_name="card stack",
        id=it.id,
        custom_attrs={"aria-labelledby": f"{it.id}-title"},
    )


def way_to(sections: tuple[Section, ...]) -> rx.Component:
    """Draw the list of sections beside them; a row to move along on a phone."""
    links = []
    for it in sections:
        links += [rx.el.span(it.group, class_name="page-nav-title")] if it.group else []
        links.append(plain_link(it.title, href=f"#{it.id}"))
    return rx.el.nav(
        *links,
        class_name="page-nav",
        custom_attrs={"aria-label": "On this page"},
    )


def told(form: str) -> rx.Component:
    """Say what the last form said, if it was this one."""
    words = note(AccountState.tone, AccountState.sentence)
    return rx.el.div(
        rx.cond((AccountState.form == form) & (AccountState.sentence != ""), words, rx.fragment()),
        role=rx.cond(AccountState.tone == "ok", "status", "alert"),
        class_name="said",
    )


def account_form(
    form: str, action: str, *children: rx.Component, submit: str, kind: str = "", values: dict[str, Any] | None = None
) -> rx.Component:
    """Draw a native form of this page: ``form`` is the id of its section, which its faults come back to; ``kind`` a class of the button.

    The fields begin with ``values``; after a failed try, with what was typed, but for passwords.
    """
    again = (AccountState.form == form) & AccountState.failed
    return rx.el.form(
        form_values(values=rx.cond(again, AccountState.values, rx.Var.create(values or {}))),
        told(form),
        *children,
        rx.el.div(rx.el.button(submit, type="submit", class_name=f"btn {kind}".strip()), class_name="actions"),
        method="post",
        action=action,
        on_submit=None,
        no_validate=True,
        class_name="stack",
    )


def row(form: str, label: str, name: str, *, hint: str = "", kind: str = "text", autocomplete: str = "off") -> rx.Component:
    """Draw one field of a form. A fault shows below it."""
    wrong = rx.cond(AccountState.form == form, AccountState.faults[name], "")
    control_id = f"{form}-{name}"
    control = text_input(name, control_id=control_id, type=kind, auto_complete=autocomplete, error=wrong)
    return field(label, control, control_id=control_id, hint=hint, error=wrong)


def removal(action: str, name: str, value: rx.Var[str], submit: str | rx.Var[str]) -> rx.Component:
    """Draw the form that takes away one row of a list, with the proof. A fault is told at the head of the section."""
    control_id = f"{name}-{value}"
    password = rx.el.div(
        rx.el.label("Current password", html_for=control_id),
        rx.el.input(name="current_password", id=control_id, type="password", auto_complete="current-password", class_name="input"),
        class_name="field",
    )
    return rx.el.form(
        rx.el.input(type="hidden", name=name, value=value, read_only=True),
        rx.cond(AccountState.details.has_password, password),
        rx.el.div(rx.el.button(submit, type="submit", class_name="btn s danger"), class_name="actions"),
        method="post",
        action=action,
        on_submit=None,
        no_validate=True,
        class_name="stack s",
    )


def proof(form: str) -> rx.Component:
    """Ask for the password before something that a thief would do (``identity.proving``); field ``current_password``."""
    return rx.cond(
        AccountState.details.has_password,
        row(form, "Current password", "current_password", kind="password", autocomplete="current-password"),
        note("info", "Your account has no password. If you signed in more than ten minutes ago, sign out and in again first."),
    )


def folded(summary: Any, *children: rx.Component, name: Any = "", opened: Any = None, kind: str = "") -> rx.Component:
    """Keep a form or the end of a list out of the way until somebody wants it, or the form has something to say (``opened``).

    ``name`` is what programs call the switch, where its words alone do not tell it from others.
    """
    attrs = {"aria-label": name} if isinstance(name, rx.Var) or name else {}
    props = {} if opened is None else {"open": opened}
    inner = rx.el.div(*children, class_name="stack s")
    return rx.el.details(rx.el.summary(summary, custom_attrs=attrs), inner, class_name=f"fold {kind}".strip(), **props)


def speaks(form: str) -> rx.Var[bool]:
    """Return whether this form was sent last and has something to say."""
    return (AccountState.form == form) & ((AccountState.sentence != "") | AccountState.failed)


def lines(
    rows: Any, draw: Callable[[rx.Var], rx.Component], *, label: str, kind: str = "", after: rx.Component | None = None
) -> rx.Component:
    """Draw a list, the first rows of it at once; ``after`` stands behind the last."""
    looks = f"lines {kind}".strip()
    rest = rx.el.ul(rx.foreach(rows[MOST_AT_FIRST:], draw), class_name=looks, custom_attrs={"aria-label": f"{label}, continued"})
    more = rx.fragment(rest, after or rx.fragment())
    return rx.fragment(
        rx.el.ul(rx.foreach(rows[:MOST_AT_FIRST], draw), class_name=looks, custom_attrs={"aria-label": label}),
        rx.cond(rows.length() > MOST_AT_FIRST, folded(f"Show {rows.length() - MOST_AT_FIRST} more", more, kind="more")),
    )


def said(sentence: rx.Var[str]) -> rx.Component:
    """Say what an act of this section did; there from the start, so that screen readers hear it."""
    return rx.el.div(rx.cond(sentence, note("ok", sentence)), role="status", class_name="said")
