"""Health at a glance, and the way to everything else."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.manage.frame import managed
from sciflask_reflex.manage.overview.state import OverviewState
from sciflask_reflex.manage.parts import facts, said, section
from sciflask_reflex.shell.feedback import note
from sciflask_reflex.shell.links import plain_link

WAYS = (
    ("Queue", "What waits and runs, live; the usual wait and run of each tool.", routes.MANAGE_QUEUE),
    ("Failures", "Why analyses failed, with tracebacks, and the site as the person sees it.", routes.MANAGE_FAILURES),
    ("Usage", "People, studies, analyses and hours by month, institution and country.", routes.MANAGE_USAGE),
    ("Audit log", "Who did what, and when.", routes.MANAGE_LOG),
    ("Announcements", "A sentence above every page.", routes.MANAGE_ANNOUNCEMENTS),
    ("Limits", "What each role may keep and use, and who keeps most.", routes.MANAGE_QUOTAS),
    ("Mail", "What waits to be sent, and a test mail.", routes.MANAGE_MAIL),
)


def _way(title: str, sentence: str, href: str) -> rx.Component:
    link = rx.link(title, href=href)
    return rx.el.div(rx.el.h3(link), rx.el.p(sentence, class_name="small muted"), class_name="card tight stack s")


def _tables() -> rx.Component:
    link = plain_link("All tables", href=routes.ADMIN)
    words = "People, roles, studies, analyses and academic domains: look up, edit, export."
    return rx.el.div(rx.el.h3(link), rx.el.p(words, class_name="small muted"), class_name="card tight stack s")


@managed(routes.MANAGE, "Administration", "How the site is just now.", loaded=OverviewState.loaded)
def overview() -> rx.Component:
    """Show the site in a dozen numbers."""
    return rx.el.div(
        said(OverviewState.problem),
        rx.foreach(OverviewState.troubles, lambda sentence: note("warning", sentence, role="alert")),
        rx.cond(OverviewState.troubles.length() == 0, note("ok", "Database, queue and disk are in order.", role="status")),
        facts(OverviewState.facts),
        section("Where to go", rx.el.div(*[_way(*way) for way in WAYS], _tables(), class_name="ways")),
        section(
            "Versions",
            rx.el.div(
                rx.foreach(
                    OverviewState.versions, lambda row: rx.el.span(row.title, rx.el.b(row.value, class_name="num"), class_name="chip")
                ),
                class_name="row",
            ),
        ),
        class_name="stack l",
    )
