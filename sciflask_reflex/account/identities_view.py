"""Providers that open the account, and the way to link one."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.account.identities_state import IdentitiesState
from sciflask_reflex.account.parts import folded, lines, proof, removal, speaks, told
from sciflask_reflex.shell.feedback import empty, note

FORM = "identities"


def identities() -> rx.Component:
    """Draw what is linked, and a button for each provider that is not."""
    return rx.el.div(
        told(FORM),
        rx.cond(
            IdentitiesState.rows.length() > 0,
            lines(IdentitiesState.rows, _row, label="Linked identities"),
            empty("No other identity opens your account."),
        ),
        rx.cond(
            (IdentitiesState.others.length() > 0) | (IdentitiesState.pending_label != ""),
            folded("Link another", _link(), opened=(IdentitiesState.pending_label != "") | speaks(FORM)),
        ),
        class_name="stack",
    )


def _link() -> rx.Component:
    pending = IdentitiesState.pending_title
    return rx.el.form(
        rx.cond(pending, note("info", rx.fragment("You came back from ", pending, " as ", rx.el.b(IdentitiesState.pending_label), "."))),
        proof(FORM),
        rx.el.div(
            rx.cond(pending, rx.el.button(f"Link {pending}", type="submit", name="provider", value="pending", class_name="btn")),
            rx.foreach(
                IdentitiesState.others,
                lambda row: rx.el.button(f"Link {row.title}", type="submit", name="provider", value=row.slug, class_name="btn"),
            ),
            class_name="actions",
        ),
        method="post",
        action=routes.AUTH_OIDC_LINK,
        on_submit=None,
        no_validate=True,
        class_name="stack",
    )


def _row(row: rx.Var) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.b(row.title),
            rx.el.div(
                rx.el.span(row.label),
                rx.el.span("Linked ", rx.moment(row.created, format="D MMM YYYY")),
                rx.cond(row.used, rx.el.span("Last used ", rx.moment(row.used, from_now=True))),
                class_name="bits muted small tnum",
            ),
            class_name="grow",
        ),
        folded("Unlink", removal(routes.AUTH_OIDC_UNLINK, "identity", row.id, f"Unlink {row.title}"), name=f"Unlink {row.title}"),
        class_name="line",
    )
