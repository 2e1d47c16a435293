"""The person's API tokens, and the form for a new one."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.account.parts import folded, lines
from sciflask_reflex.account.state import AccountState
from sciflask_reflex.account.token_form import token_form
from sciflask_reflex.account.tokens_state import TokensState
from sciflask_reflex.identity.tokens import MAX_DAYS
from sciflask_reflex.shell.feedback import empty
from sciflask_reflex.shell.links import plain_link

SCOPES = (("read", "Read"), ("submit", "Read and submit"))


def _standing(row: rx.Var) -> rx.Component:
    return rx.match(
        row.state,
        ("revoked", rx.el.span("Revoked", class_name="pill")),
        ("expired", rx.el.span("Expired", class_name="pill warning")),
        rx.fragment(),
    )


def _row(row: rx.Var) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(rx.el.b(rx.cond(row.name, row.name, "Without a name")), _standing(row), class_name="row"),
            rx.el.div(
                rx.el.span(rx.match(row.scope, *SCOPES, row.scope)),
                rx.el.span("Made ", rx.moment(row.created, format="D MMM YYYY")),
                rx.el.span("Good until ", rx.moment(row.expires, format="D MMM YYYY")),
                rx.el.span(rx.cond(row.used, rx.fragment("Last used ", rx.moment(row.used, from_now=True)), "Never used")),
                class_name="bits muted small tnum",
            ),
            class_name="grow",
        ),
        rx.cond(
            row.state == "good",
            rx.el.button(
                "Revoke",
                on_click=TokensState.revoke(row.id),
                class_name="btn s danger",
                type="button",
                custom_attrs={"aria-label": f"Revoke {row.name}"},
            ),
        ),
        class_name="line",
    )


def tokens() -> rx.Component:
    """Draw the tokens and the form."""
    form = token_form(
        action=routes.AUTH_TOKENS,
        has_password=AccountState.details.has_password,
        most_days=MAX_DAYS,
        on_created=TokensState.load,
    )
    return rx.el.div(
        rx.cond(
            TokensState.rows.length() > 0,
            lines(TokensState.rows, _row, label="API tokens"),
            empty("No token yet. Make one to use the site from a script.", plain_link("Read about the API", href=f"{routes.API}/docs")),
        ),
        folded("New token", form),
        class_name="stack",
    )
