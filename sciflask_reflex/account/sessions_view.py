"""Where the person is signed in, and how to end it."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.account.parts import account_form, lines, said
from sciflask_reflex.account.sessions_state import SessionsState
from sciflask_reflex.shell.feedback import empty

FORM = "sessions"


def _row(row: rx.Var) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(rx.el.b(row.browser), rx.cond(row.is_this, rx.el.span("This session", class_name="chip")), class_name="row"),
            rx.el.div(
                rx.cond(row.network, rx.el.span(f"Network {row.network}")),
                rx.cond(row.since, rx.el.span("Since ", rx.moment(row.since, format="D MMM YYYY, HH:mm"))),
                rx.cond(row.seen, rx.el.span("Last seen ", rx.moment(row.seen, from_now=True))),
                rx.cond(row.method, rx.el.span(f"Signed in by {row.method}")),
                class_name="bits muted small tnum",
            ),
            class_name="grow",
        ),
        rx.cond(
            row.is_this,
            rx.fragment(),
            rx.el.button(
                "Sign out",
                on_click=SessionsState.revoke(row.id),
                class_name="btn s",
                type="button",
                custom_attrs={"aria-label": f"Sign out {row.browser}"},
            ),
        ),
        class_name="line",
    )


def sessions() -> rx.Component:
    """Draw the list, and the two ways to end them at once."""
    return rx.el.div(
        said(SessionsState.said),
        rx.cond(
            SessionsState.rows.length() > 0,
            lines(SessionsState.rows, _row, label="Sessions"),
            empty("No session is listed."),
        ),
        rx.el.div(
            rx.cond(
                SessionsState.has_others,
                rx.el.button("Sign out everywhere else", on_click=SessionsState.revoke_others, class_name="btn", type="button"),
            ),
            account_form(FORM, routes.AUTH_LOGOUT_ALL, submit="Sign out everywhere", kind="danger"),
            class_name="actions",
        ),
        class_name="stack",
    )
