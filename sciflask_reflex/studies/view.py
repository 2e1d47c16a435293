"""The parts of the upload wizard beside its controls: limits, and the report of the check."""

import reflex as rx

from pipeline.toolkit.accepted import accepted
from pipeline.toolkit.tool import Tool
from sciflask_reflex import routes
from sciflask_reflex.shell.feedback import note
from sciflask_reflex.shell.fields import checkbox, fault
from sciflask_reflex.shell.links import plain_link
from sciflask_reflex.studies.asking import tools_with_inputs
from sciflask_reflex.studies.checking import limits
from sciflask_reflex.studies.state import StudyUploadState

SEVERITY_ICONS = (("error", "circle-x"), ("warning", "triangle-alert"), ("note", "info"))


def _samples(tool: Tool) -> rx.Component:
    files = [
        rx.el.li(plain_link(path.name, href=routes.example_file(tool.slug, path.name), download=True))
        for example in tool.examples
        for path in example.paths
    ]
    return rx.fragment(
        rx.el.h3("Sample files"),
        rx.el.ul(*files, style={"margin": "4px 0 0"}),
        rx.el.p(rx.link("Try them without uploading", href=routes.try_tool(tool.slug)), style={"margin_top": "8px"}),
    )


def _rules(tool: Tool) -> rx.Component:
    """Say what each kind of input of a tool must look like; the kinds are named where there are several."""
    kinds = accepted(tool, limits())
    parts = []
    for kind in kinds:
        title = rx.el.h3(", ".join(kind.titles)) if len(kinds) > 1 else rx.fragment()
        parts.append(rx.el.div(title, rx.el.ul(*[rx.el.li(rule) for rule in kind.rules], style={"margin": "4px 0 0"})))
    return rx.el.div(*parts, class_name="stack s accepted")


def aside() -> rx.Component:
    """Say beside the form what is accepted."""
    known = tools_with_inputs()
    return rx.el.aside(
        rx.el.div(
            rx.el.h2("What is accepted", class_name="as-h3"),
            rx.match(StudyUploadState.tool, *[(slug, _rules(tool)) for slug, tool in known.items()], rx.fragment()),
            rx.el.p("Your file is stored as it comes and never altered.", style={"margin": "8px 0 16px"}),
            rx.match(StudyUploadState.tool, *[(slug, _samples(tool)) for slug, tool in known.items() if tool.examples], rx.fragment()),
            rx.cond(
                StudyUploadState.allowance.studies_left != "",
                rx.el.p(StudyUploadState.allowance.studies_left, style={"margin_top": "12px"}),
            ),
            rx.el.p(rx.link("All rules of the check", href=routes.HELP), style={"margin_top": "12px"}),
            class_name="card small",
            id="limits",
        ),
        class_name="side",
    )


def _finding(item: rx.Var) -> rx.Component:
    return rx.el.div(
        rx.match(item.severity, *[(name, rx.icon(icon, size=18)) for name, icon in SEVERITY_ICONS], rx.icon("info", size=18)),
        rx.el.div(
            rx.el.div(item.where, class_name="where"),
            rx.foreach(item.messages, rx.el.div),
            rx.cond(
                item.more.length() > 0,
                rx.el.details(rx.el.summary("and ", item.more.length(), " more"), rx.foreach(item.more, rx.el.div), class_name="more"),
            ),
            rx.cond(item.cure != "", rx.el.div(item.cure, class_name="muted small")),
        ),
        class_name=f"finding is-{item.severity}",
    )


def _measured(item: rx.Var) -> rx.Component:
    """Draw what was measured of one file; of one among several, when somebody unfolds it."""
    filename = rx.el.span(item.filename, class_name="muted small", style={"overflow_wrap": "anywhere"})
    return rx.cond(
        item.folded,
        rx.el.details(rx.el.summary(rx.el.b(item.title), " ", filename), _measures(item), class_name="file-measures"),
        rx.el.section(rx.el.div(rx.el.h3(item.title), filename, class_name="row"), _measures(item), class_name="stack"),
    )


def _measures(item: rx.Var) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.foreach(
                item.facts, lambda fact: rx.el.div(rx.el.div(fact.title, class_name="k"), rx.el.div(fact.words, class_name="v word"))
            ),
            class_name="facts",
        ),
        rx.cond(
            item.missing_percent != "",
            rx.el.div(
                rx.el.i(style={"width": item.missing_percent}), class_name="strip", title=item.missing, custom_attrs={"aria-hidden": "true"}
            ),
        ),
        rx.cond(item.missing_columns != "", rx.el.p("Missing most in ", item.missing_columns, class_name="muted small")),
        rx.cond(
            item.rows.length() > 0,
            rx.el.div(
                rx.el.table(
                    rx.el.thead(rx.el.tr(rx.foreach(item.columns, rx.el.th))),
                    rx.el.tbody(
                        rx.foreach(
                            item.rows,
                            lambda row: rx.el.tr(
                                rx.foreach(row, lambda cell: rx.el.td(cell.text, class_name=rx.cond(cell.is_bad, "bad", "")))
                            ),
                        )
                    ),
                    class_name=rx.cond(item.columns.length() == 1, "data as-it-is", "data"),
                ),
                class_name="table-wrap",
                custom_attrs={"tabindex": "0", "role": "region", "aria-label": f"Preview of {item.title}"},
            ),
        ),
        class_name="stack",
    )


def report() -> rx.Component:
    """Draw the report: the verdict, every finding, what was measured, and the way on."""
    shown, errors = StudyUploadState.report, StudyUploadState.errors
    return rx.el.section(
        note(
            shown.tone,
            rx.el.div(rx.el.h2(shown.verdict), rx.cond(shown.shared != "", rx.el.p(shown.shared, class_name="muted"))),
            role="status",
        ),
        rx.cond(shown.findings.length() > 0, rx.el.div(rx.foreach(shown.findings, _finding))),
        rx.cond(
            shown.needs_consent,
            rx.el.div(
                checkbox(
                    "I have read the warnings and want to go on",
                    control_id="consent",
                    default_checked=StudyUploadState.consent,
                    on_change=StudyUploadState.set_consent,
                ),
                rx.cond(errors["consent"], fault(errors["consent"], "consent")),
                class_name="field",
            ),
        ),
        rx.cond(
            shown.ok,
            rx.el.div(
                rx.el.button(rx.icon("save", size=16), "Save study", on_click=StudyUploadState.save, class_name="btn solid", type="button"),
                rx.el.span("Next: choose parameters and run.", class_name="muted small"),
                class_name="row",
            ),
            rx.el.p("Mend the file, then remove it above and choose it again. Nothing has been saved.", class_name="muted"),
        ),
        rx.foreach(shown.inputs, lambda item: rx.cond(item.is_read, _measured(item))),
        class_name="card stack l",
        id="report",
        on_mount=rx.scroll_to("report"),
    )
