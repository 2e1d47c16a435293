"""Name, address, institution: what is known of a person."""

from typing import Any

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.account.parts import account_form, row
from sciflask_reflex.account.state import AccountState

NAME = "details"


def _country(code: Any) -> rx.Var[str]:
    """Return a country's name in the browser's own words for it."""
    name = f"(({code!s}) ? new Intl.DisplayNames(['en'], {{ type: 'region' }}).of({code!s}) : '')"
    return rx.Var(name, _var_type=str, _var_data=code._get_all_var_data())  # noqa: SLF001 - so that the page knows the state it needs


def _fact(title: str, *value: Any) -> rx.Component:
    return rx.el.div(rx.el.dt(title), rx.el.dd(*value), class_name="fact")


def details() -> rx.Component:
    """Draw what is known of the person, and the form for the name."""
    it = AccountState.details
    return rx.el.div(
        rx.el.dl(
            _fact("Email", it.email),
            _fact("Institution", rx.cond(it.institution, it.institution, "Not recognised by the address")),
            rx.cond(it.country, _fact("Country", _country(it.country))),
            _fact("Role", rx.el.span(it.role, class_name="as-name")),
            _fact("Member since", rx.moment(it.since, format="D MMM YYYY")),
            class_name="fact-list",
        ),
        account_form(
            NAME,
            routes.AUTH_NAME,
            rx.el.div(
                row(NAME, "First name", "first_name", autocomplete="given-name"),
                row(NAME, "Last name", "last_name", autocomplete="family-name"),
                class_name="pair",
            ),
            submit="Save name",
            values={"first_name": it.first_name, "last_name": it.last_name},
        ),
        class_name="stack l",
    )
