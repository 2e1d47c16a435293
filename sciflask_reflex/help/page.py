"""Help, about, terms and privacy."""

import reflex as rx

from pipeline import tools
from pipeline.toolkit import SampleTable
from sciflask_reflex import routes
from sciflask_reflex.help.state import TextState
from sciflask_reflex.help.words import ABOUT, FAQ, FORMATS, Section
from sciflask_reflex.http.manual import is_built
from sciflask_reflex.settings import settings
from sciflask_reflex.shell.feedback import button_link, skeleton
from sciflask_reflex.shell.frame import page_frame
from sciflask_reflex.shell.links import plain_link
from sciflask_reflex.shell.missing import nothing_here
from sciflask_reflex.studies.checking import limits
from sciflask_reflex.studies.first import first_tool


def _sections(sections: tuple[Section, ...]) -> rx.Component:
    parts: list[rx.Component] = []
    for title, paragraphs in sections:
        parts += [rx.el.h2(title), *[rx.el.p(text) for text in paragraphs]]
    return rx.el.div(*parts, class_name="prose")


def _text_page(title: str, summary: str, sections: tuple[Section, ...]) -> rx.Component:
    return rx.el.div(
        rx.el.div(rx.el.div(rx.el.h1(title), rx.el.p(summary), class_name="grow"), class_name="page-head"), _sections(sections)
    )


QUOTAS = (
    ("Studies that you may keep", "max_studies"),
    ("Analyses that you may keep", "max_analyses"),
    ("Disk space, in MiB", "max_owner_mib"),
    ("Analyses that run at once", "max_running"),
    ("Analyses that wait at once", "max_queued"),
)


def _most(number: int) -> str:
    return f"{number:,}" if number else "any number"


def _minutes(seconds: int) -> str:
    minutes = max(1, round(seconds / 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _edited_page(title: str, summary: str) -> rx.Component:
    """Draw a text that the operator may edit; it comes as HTML that holds no script."""
    return rx.el.div(
        rx.el.div(rx.el.div(rx.el.h1(title), rx.el.p(summary), class_name="grow"), class_name="page-head"),
        rx.cond(
            TextState.html != "",
            rx.fragment(
                rx.html(TextState.html, class_name="prose edited"),
                rx.el.p("Version: ", TextState.version, class_name="muted small", style={"margin_top": "40px"}),
            ),
            skeleton(28, 120, 28, 120),
        ),
    )


def _limits() -> rx.Component:
    known = settings()
    rows = (
        ("Size of a file", f"at most {known.max_file_mib} MB"),
        ("Samples (rows)", f"at most {known.max_samples:,}"),
        ("Features (columns)", f"{known.min_features} to {known.max_features:,}"),
        ("Samples that two tables share", f"at least {known.min_shared_samples}"),
        *[
            (title, f"{_most(getattr(known, name))} with an account, {_most(getattr(known, name + '_guest'))} as a guest")
            for title, name in QUOTAS
        ],
        ("Time of an analysis", f"at most {_minutes(known.job_seconds)}"),
    )
    return rx.el.table(rx.el.tbody(*[rx.el.tr(rx.el.th(name), rx.el.td(value)) for name, value in rows]))


def _samples() -> rx.Component:
    files = [
        rx.el.li(plain_link(path.name, href=routes.example_file(tool.slug, path.name), download=True), f" ({tool.title})")
        for tool in tools().values()
        for example in tool.examples
        for path in example.paths
    ]
    return rx.el.ul(*files)


def _other_kinds() -> rx.Component:
    """Say what files must look like that are no tables of samples: the rules of each kind that some tool asks for."""
    asked = dict.fromkeys(slot.kind for tool in tools().values() for slot in tool.inputs if slot.kind is not SampleTable)
    parts = []
    for kind in asked:
        rules = kind.rules(limits())  # type: ignore[attr-defined]
        parts += [rx.el.h2(kind.title), rx.el.ul(*[rx.el.li(rule) for rule in rules])]  # type: ignore[attr-defined]
    return rx.el.div(*parts, class_name="prose")


@page_frame(width="narrow")
def help_page() -> rx.Component:
    """Explain formats, limits and what people ask."""
    questions = [rx.el.details(rx.el.summary(question), rx.el.div(answer), class_name="ask") for question, answer in FAQ]
    contact = (
        rx.el.p("Write to ", plain_link(settings().contact, href=f"mailto:{settings().contact}"), ".")
        if settings().contact
        else rx.fragment()
    )
    return rx.el.div(
        rx.el.div(
            rx.el.div(
                rx.el.h1("Help"), rx.el.p("What your files should look like, what the site allows, and what people ask."), class_name="grow"
            ),
            button_link("Try the example", routes.try_tool(first_tool(settings()).slug), icon="play"),
            class_name="page-head",
        ),
        _sections(FORMATS),
        _other_kinds(),
        rx.el.div(rx.el.h2("Limits"), _limits(), rx.el.h2("Sample files"), _samples(), class_name="prose"),
        rx.el.section(rx.el.h2("Questions"), *questions, contact, _manual(), style={"margin_top": "40px"}),
    )


def _manual() -> rx.Component:
    """Lead to the manual, where it was built."""
    words = ("How tools are written and sites are run: ", plain_link("the manual", href=f"{routes.MANUAL}/"), ".")
    return rx.el.p(*words, style={"margin_top": "16px"}) if is_built() else rx.fragment()


def _who_runs_it() -> rx.Component:
    """Name the institution and where questions go, where the operator said so."""
    known, contact = settings().imprint.file.institution, settings().contact
    parts: list[rx.Component] = []
    if name := known.name or known.url:
        parts.append(rx.el.p("This site is run by ", plain_link(name, href=known.url) if known.url else name, "."))
    if contact:
        parts.append(rx.el.p("Questions? Write to ", plain_link(contact, href=f"mailto:{contact}"), "."))
    return rx.el.div(rx.el.h2("Who runs this site"), *parts, class_name="prose") if parts else rx.fragment()


@page_frame(width="narrow")
def about() -> rx.Component:
    """Say what this is."""
    return rx.el.div(_text_page("About", "What this site is, and what it is made of.", ABOUT), _who_runs_it())


@page_frame(width="narrow")
def terms() -> rx.Component:
    """Say what people agree to."""
    return _edited_page("Terms and conditions", "What you may expect of this site, and what it expects of you.")


@page_frame(width="narrow")
def privacy() -> rx.Component:
    """Say what is kept, for how long, and who sees it."""
    return _edited_page("Privacy", "What is kept, for how long, and who can see it.")


@page_frame(width="narrow")
def not_found() -> rx.Component:
    """Say that an address leads nowhere, and where to go."""
    return nothing_here()
