"""The dialog that shares a result, and what a guest is told above it."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.analyses.state import AnalysisState
from sciflask_reflex.settings import settings
from sciflask_reflex.shares.copy_link import copy_link
from sciflask_reflex.shares.state import ShareState
from sciflask_reflex.shell.feedback import note
from sciflask_reflex.shell.fields import choice_input, fault, field, text_input

DAYS = (("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "One year"))


def _link(item: rx.Var) -> rx.Component:
    revoke = rx.el.button("Revoke", on_click=ShareState.revoke(item.id), class_name="btn s danger", type="button")
    return rx.el.li(
        copy_link(src=item.link_url),
        rx.el.div(
            rx.el.span("Good until ", rx.moment(item.expires, format="D MMM YYYY"), " · ", item.opened, class_name="small muted num"),
            revoke,
            class_name="row between",
        ),
        key=item.id,
        class_name="stack s share",
    )


def _form() -> rx.Component:
    until = rx.cond(
        ShareState.guest,
        rx.el.p("The link is good for as long as your work is kept.", class_name="small muted"),
        field("Good for", choice_input("days", DAYS, default_value="30"), control_id="days"),
    )
    make = rx.el.button(rx.icon("link", size=16), "Make link", type="submit", class_name="btn solid")
    return rx.form(rx.el.div(until, rx.el.div(make, class_name="actions"), class_name="stack s"), on_submit=ShareState.create)


def share_button() -> rx.Component:
    """Draw the button that opens the dialog."""
    return rx.dialog.root(
        rx.dialog.trigger(rx.el.button(rx.icon("share-2", size=16), "Share", class_name="btn", type="button")),
        rx.dialog.content(
            rx.dialog.title("Share this result"),
            rx.dialog.description(
                "Whoever has a link can see the result and download its files with your data, without an account. Nobody can change anything."
            ),
            rx.el.div(
                rx.cond(ShareState.problem != "", note("error", ShareState.problem, role="alert")),
                _form(),
                rx.cond(
                    ShareState.shares.length() > 0,
                    rx.el.ul(rx.foreach(ShareState.shares, _link), class_name="shares", custom_attrs={"aria-label": "Links"}),
                    rx.el.p("There is no link yet.", class_name="muted small"),
                ),
                rx.el.div(rx.dialog.close(rx.el.button("Close", class_name="btn", type="button")), class_name="actions end"),
                class_name="stack",
                style={"margin_top": "16px"},
            ),
            max_width="560px",
        ),
        on_open_change=lambda _: ShareState.load(),
    )


def _mail_form() -> rx.Component:
    wrong = ShareState.mail_problem
    control = text_input("email", control_id="mail-link", type="email", auto_complete="email", error=wrong, required=True)
    return rx.form(
        rx.el.div(
            rx.el.div(rx.el.label("Email", html_for="mail-link"), control, class_name="field grow"),
            rx.el.button("Mail me this link", type="submit", class_name="btn"),
            class_name="mail-me",
        ),
        rx.cond(wrong != "", fault(wrong, "mail-link")),
        on_submit=ShareState.mail,
        no_validate=True,
    )


def guest_note() -> rx.Component:
    """Tell a guest until when the result is kept, and how it is found again."""
    kept = rx.cond(AnalysisState.kept != "", rx.moment(AnalysisState.kept, format="D MMMM YYYY"), f"{settings().guest_days} days")
    return note(
        "info",
        rx.el.div(
            rx.el.p(
                "You work as a guest: this result is kept until ", rx.el.b(kept), ". ",
                rx.link("Create an account", href=routes.REGISTER), " to keep it, or have a private link mailed to find it again from anywhere.",
            ),
            rx.cond(
                ShareState.mailed != "",
                rx.el.p(rx.icon("circle-check", size=15), "Mailed. The link is good until ", rx.moment(ShareState.mailed, format="D MMM YYYY"), ".", role="status", class_name="row"),
            ),
            _mail_form(),
            class_name="stack s",
        ),
    )  # fmt: skip
