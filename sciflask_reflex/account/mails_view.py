"""Which mails the person gets, each with a box of its own."""

import reflex as rx

from sciflask_reflex.account.mails_state import MailsState
from sciflask_reflex.account.parts import said

KINDS = (
    ("finished", "An analysis is done", "With a link to its result."),
    ("failed", "An analysis failed", "With the reason, and what to try."),
    ("new-device", "A sign-in from a new device", "Tells you when somebody else gets in."),
    ("retention", "Work is about to be removed", "Comes in time to keep it."),
)
"""Every kind that may be turned off (``models.OPTIONAL_MAILS``), in words."""


def _choice(kind: str, title: str, hint: str) -> rx.Component:
    box = f"mail-{kind}"
    return rx.el.div(
        rx.el.input(
            type="checkbox",
            id=box,
            # The box turns at once, and is drawn anew with what is known when the page is loaded.
            default_checked=~MailsState.unwanted.contains(kind),
            key=f"{kind}:{MailsState.loaded}",
            on_change=lambda wanted: MailsState.choose(kind, wanted),
            custom_attrs={"aria-describedby": f"{box}-hint"},
        ),
        rx.el.div(
            rx.el.label(title, html_for=box),
            rx.el.div(hint, class_name="muted small", id=f"{box}-hint"),
        ),
        class_name="check",
    )


def mails() -> rx.Component:
    """Draw the choices."""
    return rx.el.div(
        *[_choice(*kind) for kind in KINDS],
        rx.el.p("Mails about the account itself, such as a new password, always come.", class_name="muted small"),
        said(MailsState.said),
        class_name="stack",
    )
