"""The page of an analysis: progress while it runs, a sentence when it fails, the result when it is done."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.analyses.state import AnalysisState
from sciflask_reflex.analyses.view import Source, result
from sciflask_reflex.analyses.waiting_view import waiting
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.shell.dialogs import confirm_delete
from sciflask_reflex.shell.feedback import button_link, note, skeleton, status_pill
from sciflask_reflex.shell.frame import PageFunction, page_frame
from sciflask_reflex.shell.title import page_title
from sciflask_reflex.shell.tour import Stop

STOPS = (
    Stop("", "Your result", "Everything on this page can be explored, downloaded and run again. Walk through it?"),
    Stop("#analysis-head", "What was done", "Name, status and every parameter that was used, so that you can report it."),
    Stop("#key-numbers", "Key numbers", "The result at a glance. Hover a number for its full value."),
    Stop("#outputs", "Plots and tables", "Hover, zoom and save the plots; sort and search the tables."),
    Stop("#download-all", "Take it with you", "One zip with your files, the parameters, all results, versions and checksums."),
)
WAITING = (
    Stop("", "Your analysis", "It runs on the server, whether you watch or not. Walk through this page?"),
    Stop("#analysis-head", "What was asked for", "Name, status and every parameter. It can be cancelled here, from any of your tabs."),
    Stop(
        "#content",
        "Where it stands",
        "Place in the queue, stage and progress change by themselves. The result appears here when it is done.",
    ),
)


def _chip(item: rx.Var) -> rx.Component:
    return rx.el.span(item.title, " ", rx.el.b(item.value), class_name="chip", title=item.full)


def _actions(share: PageFunction) -> rx.Component:
    view = AnalysisState.view
    return rx.el.div(
        rx.cond(
            view.is_done,
            rx.el.form(
                rx.el.button(rx.icon("download", size=16), "Download all", type="submit", class_name="btn solid", id="download-all"),
                method="get",
                action=view.bundle_url,
                on_submit=None,
            ),
        ),
        rx.cond(view.is_done, share()),
        rx.cond(
            view.can_cancel,
            rx.el.button(rx.icon("x", size=16), "Cancel", on_click=AnalysisState.cancel, class_name="btn danger", type="button"),
        ),
        rx.cond(
            view.is_final,
            rx.el.button(rx.icon("rotate-cw", size=16), "Run again", on_click=rx.redirect(view.again_url), class_name="btn", type="button"),
        ),
        rx.cond(view.is_final, _delete()),
        class_name="actions",
    )


def _delete() -> rx.Component:
    return confirm_delete(
        "Delete this analysis?",
        "The result and its files are removed for good. The study and your data stay.",
        AnalysisState.delete,
        trigger=rx.el.button(rx.icon("trash-2", size=16), "Delete", class_name="btn danger", type="button"),
    )


def _head(share: PageFunction) -> rx.Component:
    view = AnalysisState.view
    return rx.el.div(
        rx.el.div(
            rx.el.div(
                rx.el.h1(view.name),
                rx.el.span(status_pill(view.status), role="status"),
                class_name="row",
            ),
            rx.el.p(
                view.tool_title,
                " of ",
                rx.link(view.study_name, href=routes.PROFILE),
                " · ",
                rx.moment(view.created, format="D MMM YYYY, HH:mm"),
                rx.cond(view.is_final & (view.took != ""), rx.fragment(" · took ", view.took)),
                rx.cond(
                    view.is_final & (AnalysisState.kept != ""),
                    rx.fragment(" · kept until ", rx.moment(AnalysisState.kept, format="D MMM YYYY")),
                ),
                class_name="small",
            ),
            rx.el.div(rx.foreach(view.parameters, _chip), class_name="row", style={"margin_top": "12px"}),
            class_name="grow",
        ),
        _actions(share),
        class_name="page-head",
        id="analysis-head",
    )


def _body() -> rx.Component:
    view = AnalysisState.view
    return rx.match(
        view.status,
        ("done", result(Source(AnalysisState))),
        (
            "failed",
            note(
                "error",
                rx.el.div(
                    rx.el.h2("This analysis failed"),
                    rx.el.p(view.error, style={"margin": "6px 0"}),
                    rx.el.p(view.hint, class_name="muted small"),
                    rx.el.div(
                        button_link("Change the parameters", view.again_url, kind="solid"),
                        class_name="actions",
                        style={"margin_top": "12px"},
                    ),
                ),
            ),
        ),
        ("cancelled", note("info", rx.el.div("This analysis was cancelled. Nothing was kept of it; run it again whenever you like."))),
        waiting(),
    )


def _missing() -> rx.Component:
    return rx.el.div(
        rx.el.h1("This analysis does not exist, or it is not yours"),
        rx.el.p(
            "If somebody sent you the address, ask them for a download. If it is yours, sign in with the account that you used.",
            class_name="measure muted",
        ),
        rx.el.div(
            button_link("My work", routes.PROFILE, kind="solid"),
            rx.cond(SessionState.signed_in, rx.fragment(), button_link("Sign in", routes.LOGIN)),
            class_name="actions",
        ),
        class_name="stack",
    )


def analysis_page(share: PageFunction, keep: PageFunction) -> PageFunction:
    """Return the page of one analysis. ``share`` draws the button that shares a result, ``keep`` what guests are told above it."""

    @page_frame(
        width="full", tours={"result": STOPS, "waiting": WAITING}, tour_now=rx.cond(AnalysisState.view.is_done, "result", "waiting")
    )
    def analysis() -> rx.Component:
        """Show one analysis."""
        return rx.cond(
            AnalysisState.loaded,
            rx.cond(
                AnalysisState.missing,
                _missing(),
                rx.el.div(
                    page_title(name=AnalysisState.view.name),
                    _head(share),
                    rx.cond(AnalysisState.problem != "", note("error", AnalysisState.problem, role="alert")),
                    rx.cond(AnalysisState.view.is_done & SessionState.is_guest, keep()),
                    _body(),
                    class_name="stack",
                ),
            ),
            skeleton(40, 24, 320),
        )

    return analysis
