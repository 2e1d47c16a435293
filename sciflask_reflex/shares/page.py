"""The page behind a private link: the result, to look at and to download, for anybody who has the link."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.analyses.view import Source, result
from sciflask_reflex.shares.state import SharedState
from sciflask_reflex.shell.feedback import button_link, note, skeleton, status_pill
from sciflask_reflex.shell.frame import page_frame
from sciflask_reflex.shell.links import plain_link
from sciflask_reflex.shell.title import page_title


def _prefix() -> rx.Var[str]:
    """The token is taken from the page's own address, in the browser."""
    return rx.Var.create(routes.SHARED_PREFIX) + rx.State.token.to(str)  # pyright: ignore[reportAttributeAccessIssue]


def _chip(item: rx.Var) -> rx.Component:
    return rx.el.span(item.title, " ", rx.el.b(item.value), class_name="chip", title=item.full)


def _head() -> rx.Component:
    view = SharedState.view
    return rx.el.div(
        rx.el.div(
            rx.el.div(rx.el.h1(view.name), rx.el.span(status_pill(view.status), role="status"), class_name="row"),
            rx.el.p(
                view.tool_title, " · ", rx.moment(view.created, format="D MMM YYYY, HH:mm"),
                " · shared until ", rx.moment(SharedState.expires, format="D MMM YYYY"),
                class_name="small",
            ),
            rx.el.div(rx.foreach(view.parameters, _chip), class_name="row", style={"margin_top": "12px"}),
            class_name="grow",
        ),
        rx.el.div(
            plain_link(rx.icon("download", size=16), "Download all", href=_prefix() + "/bundle.zip", download=True, class_name="btn solid"),
            class_name="actions",
        ),
        class_name="page-head",
    )  # fmt: skip


def _missing() -> rx.Component:
    return rx.el.div(
        rx.el.h1("There is nothing behind this link"),
        rx.el.p(
            "It may have been cut short, or it is over, or was revoked. Ask the person who gave it to you for a new one.",
            class_name="measure muted",
        ),
        rx.el.div(button_link("To the front page", routes.HOME, kind="solid"), button_link("Help", routes.HELP), class_name="actions"),
        class_name="stack",
    )


@page_frame(width="full")
def shared() -> rx.Component:
    """Show a shared result."""
    return rx.fragment(
        rx.el.meta(name="robots", content="noindex"),
        rx.cond(
            SharedState.loaded,
            rx.cond(
                SharedState.missing,
                _missing(),
                rx.el.div(
                    page_title(name=SharedState.view.name),
                    _head(),
                    rx.cond(SharedState.problem != "", note("error", SharedState.problem, role="alert")),
                    result(Source(SharedState, _prefix(), has_tour=False)),
                    class_name="stack",
                ),
            ),
            skeleton(40, 24, 320),
        ),
    )
