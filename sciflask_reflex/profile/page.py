"""A person's overview: studies, analyses, account. Rows change by themselves while jobs run."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.profile.state import ProfileState
from sciflask_reflex.settings import settings
from sciflask_reflex.shell.dialogs import confirm_delete
from sciflask_reflex.shell.feedback import button_link, empty, note, progress, skeleton, status_pill
from sciflask_reflex.shell.frame import page_frame
from sciflask_reflex.shell.links import plain_link
from sciflask_reflex.shell.tour import Stop, TourState
from sciflask_reflex.studies.first import first_tool

STOPS = (
    Stop("", "Your work", "Everything you uploaded and everything you ran is on this page. Walk through it?"),
    Stop("#studies", "Studies", "A study is a checked set of files. Start as many analyses of it as you like."),
    Stop("#analyses", "Analyses", "Rows change by themselves while an analysis runs. You may close the page meanwhile."),
    Stop("#new-study", "New data", "Upload one or two tables; they are checked before anything is saved."),
)


def _delete(question: str, sentence: str, event: rx.event.EventSpec) -> rx.Component:
    return confirm_delete(question, sentence, event, trigger=rx.el.button("Delete", class_name="btn s danger", type="button"))


def _study(row: rx.Var) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.b(row.name),
            rx.cond(row.is_example, rx.el.span("Example", class_name="chip", style={"margin_left": "8px"})),
            class_name="wrap",
        ),
        rx.el.td(row.tool_title, data_label="Tool"),
        rx.el.td(row.data, class_name="wrap tnum", data_label="Data"),
        rx.el.td(rx.moment(row.created, format="D MMM YYYY"), class_name="tnum date", data_label="Created"),
        rx.el.td(
            rx.el.div(
                button_link("Analyse", row.analyse_url, kind="s"),
                _delete("Delete this study?", "Its files and all analyses of it are removed for good.", ProfileState.delete_study(row.id)),
                class_name="acts",
            )
        ),
    )


def _standing(row: rx.Var) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            status_pill(row.status),
            rx.match(
                row.status,
                ("running", rx.el.span(row.percent, class_name="num small muted")),
                ("queued", rx.el.span(row.queue_text, class_name="small muted")),
                rx.fragment(),
            ),
            class_name="row",
        ),
        rx.cond(row.status == "running", progress(row.fraction, "Progress", thin=True)),
        rx.cond(row.status == "running", rx.el.span(row.stage, class_name="tiny muted")),
        rx.cond(row.status == "failed", rx.el.span(row.error, class_name="small muted")),
        class_name="stack s",
        style={"gap": "6px", "min_width": "160px"},
    )


def _analysis(row: rx.Var) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.link(row.name, href=row.url), class_name="wrap"),
        rx.el.td(row.study_name, class_name="wrap", data_label="Study"),
        rx.el.td(_standing(row), class_name="wrap"),
        rx.el.td(rx.moment(row.created, format="D MMM YYYY, HH:mm"), class_name="tnum date", data_label="Started"),
        rx.el.td(
            rx.el.div(
                rx.cond(row.is_done, button_link("Explore", row.url, kind="s")),
                rx.cond(row.is_done, plain_link("Download", href=row.bundle_url, class_name="btn s")),
                rx.cond(row.can_cancel, rx.el.button("Cancel", on_click=ProfileState.cancel(row.id), class_name="btn s", type="button")),
                rx.cond(
                    row.is_final,
                    _delete(
                        "Delete this analysis?", "Its result is removed for good. The study stays.", ProfileState.delete_analysis(row.id)
                    ),
                ),
                class_name="acts",
            )
        ),
    )


def _list(titles: tuple[str, ...], rows: rx.Component) -> rx.Component:
    head = [rx.el.th(title) for title in titles]
    return rx.el.div(
        rx.el.table(
            rx.el.thead(rx.el.tr(*head, rx.el.th(rx.el.span("Actions", class_name="visually-hidden")))),
            rx.el.tbody(rows),
            class_name="list",
        ),
        class_name="table-wrap",
    )


def _studies() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Studies"),
        rx.cond(
            ProfileState.studies.length() > 0,
            _list(("Name", "Tool", "Data", "Created"), rx.foreach(ProfileState.studies, _study)),
            empty(
                "No study yet. Upload a table, or look at what the example data give.",
                button_link("Upload data", routes.UPLOAD),
                button_link("Try the example", routes.try_tool(first_tool(settings()).slug)),
            ),
        ),
        class_name="stack",
        id="studies",
    )


def _analyses() -> rx.Component:
    older = rx.el.button("Show older", on_click=ProfileState.show_older, class_name="btn", type="button")
    return rx.el.section(
        rx.el.h2("Analyses"),
        rx.cond(
            ProfileState.analyses.length() > 0,
            rx.el.div(
                _list(("Name", "Study", "Status", "Started"), rx.foreach(ProfileState.analyses, _analysis)),
                rx.cond(ProfileState.has_more, rx.el.div(older, class_name="actions")),
                class_name="stack",
            ),
            empty("No analysis yet. Start one from a study of yours; it appears here and shows how far it is."),
        ),
        class_name="stack",
        id="analyses",
    )


def _use() -> rx.Component:
    """Show what is used of what one may use."""
    use = ProfileState.allowance
    rows = (("Studies", use.studies), ("Analyses", use.analyses), ("Jobs", use.jobs), ("Disk space", use.space))
    return rx.el.div(
        rx.el.h3("What you use"),
        rx.el.dl(
            *[rx.el.div(rx.el.dt(title), rx.el.dd(text, class_name="num")) for title, text in rows],
            class_name="use",
        ),
        rx.cond(use.has_space_limit, progress(use.space_fraction, "Disk space used", thin=True)),
        rx.cond(use.study_fault != "", note("warning", use.study_fault)),
        rx.cond((use.analysis_fault != "") & (use.analysis_fault != use.study_fault), note("warning", use.analysis_fault)),
        class_name="card stack s",
        id="use",
    )


def _member() -> rx.Component:
    it = ProfileState.details
    return rx.el.div(
        rx.el.div(
            rx.el.b(SessionState.name),
            rx.el.div(SessionState.email, class_name="muted small"),
            rx.cond(it.institution, rx.el.div(it.institution, class_name="muted small")),
            rx.el.div("Role: ", it.role, class_name="muted small"),
            class_name="grow",
        ),
        button_link("Account settings", routes.ACCOUNT, icon="settings"),
        class_name="row between",
    )


def _account() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Account"),
        rx.el.div(
            rx.cond(
                SessionState.signed_in,
                _member(),
                rx.el.div(
                    rx.el.p(
                        f"You work as a guest. Your work is kept for {settings().guest_days} days after the last study or analysis, in this browser and under the links that you share. With an account it stays, and follows you to other devices.",
                        class_name="measure",
                    ),
                    rx.el.div(
                        button_link("Create account", routes.REGISTER),
                        button_link("Sign in", routes.LOGIN, kind="text"),
                        class_name="actions",
                        style={"margin_top": "12px"},
                    ),
                ),
            ),
            class_name="card",
        ),
        rx.cond(ProfileState.allowance.studies != "", _use()),
        class_name="stack",
        id="account",
    )


@page_frame(tours={"profile": STOPS}, tour_now="profile")
def profile() -> rx.Component:
    """Show everything that belongs to the person who looks."""
    return rx.cond(
        ProfileState.loaded,
        rx.el.div(
            rx.el.div(
                rx.el.div(rx.el.h1("My work"), rx.el.p("Studies, analyses and your account."), class_name="grow"),
                button_link("New study", routes.UPLOAD, icon="plus", kind="solid"),
                class_name="page-head",
                id="new-study",
            ),
            rx.cond(ProfileState.welcome != "", note("ok", ProfileState.welcome, role="status")),
            rx.cond(ProfileState.problem != "", note("error", ProfileState.problem, role="alert")),
            _studies(),
            _analyses(),
            _account(),
            class_name="stack xl",
            on_mount=TourState.begin_if_new("profile"),
        ),
        skeleton(40, 160, 160),
    )
