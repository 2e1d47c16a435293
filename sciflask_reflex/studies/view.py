"""The parts of the upload wizard: file controls, limits, and the report of the check."""

import reflex as rx

from pipeline.toolkit.accepted import accepted
from pipeline.toolkit.tool import InputSlot, Tool
from sciflask_reflex import routes
from sciflask_reflex.settings import settings
from sciflask_reflex.shell.feedback import note, progress
from sciflask_reflex.shell.fields import checkbox, fault, field, help_tip, text_input
from sciflask_reflex.shell.links import plain_link
from sciflask_reflex.studies.asking import offers_more, tools_with_inputs
from sciflask_reflex.studies.checking import limits
from sciflask_reflex.studies.state import StudyUploadState

SEVERITY_ICONS = (("error", "circle-x"), ("warning", "triangle-alert"), ("note", "info"))


def _drop_zone(slot: InputSlot, *, disabled: rx.Var[bool] | bool = False) -> rx.Component:
    """Draw the file control of an input. Reflex draws the zone; the file input inside it gets its name here."""
    zone = rx.upload.root(
        rx.icon("upload", size=20),
        rx.el.div(rx.el.b("Choose a file"), " or drop it here"),
        rx.el.div(f"{', '.join(slot.kind.suffixes)} · up to {settings().max_file_mib} MB", class_name="muted small"),  # type: ignore[attr-defined]
        id=slot.name,
        multiple=False,
        max_size=settings().max_file_mib * 1024 * 1024,
        disabled=disabled,
        on_drop=[
            StudyUploadState.begin_upload(slot.name),
            StudyUploadState.receive(
                slot.name,
                rx.upload_files_chunk(
                    upload_id=slot.name, on_upload_progress=lambda progress: StudyUploadState.progressed(slot.name, progress)
                ),
            ),
        ],
        on_drop_rejected=StudyUploadState.rejected(slot.name),
        class_name="drop",
    )
    file_input = zone.children[0].children[0]
    file_input.custom_attrs["aria-label"] = slot.title
    return zone


def _file(slot: InputSlot) -> rx.Component:
    shown = StudyUploadState.slots[slot.name]
    return rx.el.div(
        rx.el.div(
            rx.icon("file-check", size=18),
            rx.el.b(shown.filename, class_name="wrap", style={"overflow_wrap": "anywhere"}),
            rx.el.span(shown.size, class_name="muted small num"),
            class_name="row",
        ),
        rx.el.button("Remove", on_click=StudyUploadState.remove(slot.name), class_name="btn s", type="button"),
        class_name="card tight row between",
        role="status",
    )


def _on_its_way(slot: InputSlot) -> rx.Component:
    shown = StudyUploadState.slots[slot.name]
    return rx.el.div(
        rx.el.div(
            rx.el.span("Uploading ", (shown.fraction * 100) // 1, "%", class_name="small num"),
            rx.el.button(
                "Cancel", on_click=[rx.cancel_upload(slot.name), StudyUploadState.remove(slot.name)], class_name="btn s", type="button"
            ),
            class_name="row between",
        ),
        progress(shown.fraction, f"Upload of {slot.title}"),
        class_name="card tight stack s",
    )


def _leave_out(slot: InputSlot) -> rx.Component:
    return rx.el.button("Leave it out", on_click=StudyUploadState.remove(slot.name), class_name="btn s", type="button")


def _slot(slot: InputSlot, *, is_needed: bool) -> rx.Component:
    shown, errors = StudyUploadState.slots[slot.name], StudyUploadState.errors
    label_id = f"label-{slot.name}"
    return rx.el.div(
        rx.el.div(
            rx.el.div(
                rx.el.span(slot.title, class_name="legend"),
                rx.fragment() if is_needed else rx.el.span("optional", class_name="muted small"),
                help_tip(slot.help) if slot.help else rx.fragment(),
                class_name="field-head",
            ),
            rx.match(shown.stage, ("uploading", _on_its_way(slot)), ("ready", _file(slot)), rx.fragment()),
            rx.el.div(
                _drop_zone(slot),
                key=shown.turn.to_string(),
                style={"display": rx.cond((shown.stage == "uploading") | (shown.stage == "ready"), "none", "block")},
            ),
            rx.cond(errors[slot.name], fault(errors[slot.name], slot.name), rx.cond(shown.error != "", fault(shown.error, slot.name))),
            rx.fragment() if is_needed else rx.cond(shown.stage == "failed", _leave_out(slot)),
            class_name="field",
            id=f"slot-{slot.name}",
        ),
        field(
            slot.type_title,
            text_input(
                label_id,
                default_value=StudyUploadState.labels[slot.name],
                on_blur=lambda text: StudyUploadState.set_label(slot.name, text),
                placeholder=f"for example {slot.type_example}" if slot.type_example else "",
                max_length=80,
                auto_complete="off",
            ),
            control_id=label_id,
            help_text="What the data are, in a word or two. It is used in captions and plots; it may stay empty.",
        )
        if slot.type_title
        else rx.fragment(),
        class_name="stack",
    )


def input_slots(tool: Tool) -> rx.Component:
    """Draw the file controls of a tool: the required ones, then the optional ones; further tables stand behind a box."""
    with_box = offers_more(tool)
    required = [_slot(slot, is_needed=True) for slot in tool.inputs if slot.required]
    optional = [_slot(slot, is_needed=with_box) for slot in tool.inputs if not slot.required]
    if not with_box:
        return rx.fragment(*required, *optional)
    return rx.fragment(
        *required,
        checkbox(
            "More than one dataset",
            control_id="more-than-one",
            default_checked=StudyUploadState.more_than_one,
            on_change=StudyUploadState.set_more_than_one,
        ),
        rx.cond(StudyUploadState.more_than_one, rx.el.div(*optional, class_name="stack l")),
    )


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
    return rx.el.section(
        rx.el.div(
            rx.el.h3(item.title), rx.el.span(item.filename, class_name="muted small", style={"overflow_wrap": "anywhere"}), class_name="row"
        ),
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
