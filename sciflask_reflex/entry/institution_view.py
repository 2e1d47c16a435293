"""The e-mail field of the registration form, which says what it recognises."""

import reflex as rx

from sciflask_reflex.entry.institution_state import InstitutionState
from sciflask_reflex.entry.state import EntryState
from sciflask_reflex.entry.view import address
from sciflask_reflex.shell.fields import fault

WAIT_MS = 500
HINT = "We send a mail there, to confirm that it is yours."
ACADEMIC = "Your address at a university or research institute. "


def email_field() -> rx.Component:
    """Draw the field, and below it the institution of the address or why it cannot be used."""
    earlier = rx.cond(InstitutionState.asked, "", EntryState.faults["email"])
    return rx.el.div(
        address(
            hint=rx.fragment(rx.cond(EntryState.academic, ACADEMIC, ""), HINT),
            wrong=earlier,
            on_change=InstitutionState.look.debounce(WAIT_MS),
            on_blur=InstitutionState.look,
        ),
        rx.el.div(
            rx.cond(InstitutionState.institution, _known()),
            rx.cond(InstitutionState.fault, fault(InstitutionState.fault)),
            id="institution",
            custom_attrs={"aria-live": "polite"},
        ),
    )


def _known() -> rx.Component:
    where = rx.cond(InstitutionState.country, f"{InstitutionState.institution}, {InstitutionState.country}", InstitutionState.institution)
    return rx.el.p(rx.icon("circle-check", size=15), where, class_name="recognised")
