"""The upload wizard: study, data, check, save. The steps stay visible and going back loses nothing."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.shell.feedback import note, progress, skeleton
from sciflask_reflex.shell.fields import checkbox, fault, field, text_input
from sciflask_reflex.shell.frame import page_frame
from sciflask_reflex.shell.links import plain_link
from sciflask_reflex.shell.tour import Stop, TourState
from sciflask_reflex.studies.asking import tools_with_inputs
from sciflask_reflex.studies.controls_view import input_slots
from sciflask_reflex.studies.state import StudyUploadState
from sciflask_reflex.studies.view import aside, report

STOPS = (
    Stop("", "Bring your data", "Four steps: name the study, choose files, look at the check, save. Walk through them?"),
    Stop("#study-name", "Study name", "Your own name for this set of files. Only you see it."),
    Stop("#files", "Your files", "Drop a file or choose one. It is stored exactly as it comes and never altered."),
    Stop("#limits", "What is accepted", "Formats and limits, with sample files to compare yours with."),
    Stop("#check-data", "Check", "Everything that is found is shown before anything is saved: where it is, and how to mend it."),
)
STEPS = ("Study", "Data", "Check", "Save")


def _steps() -> rx.Component:
    return rx.el.ol(
        *[
            rx.el.li(
                rx.el.span(str(number), class_name="dot"),
                rx.el.span(word, class_name="word"),
                class_name=rx.cond(StudyUploadState.step == number, "now", rx.cond(StudyUploadState.step > number, "past", "")),
                custom_attrs={"aria-current": rx.cond(StudyUploadState.step == number, "step", "false")},
            )
            for number, word in enumerate(STEPS, start=1)
        ],
        class_name="steps",
        custom_attrs={"aria-label": "Steps"},
    )


def _tool_choice() -> rx.Component:
    known = tools_with_inputs()
    if len(known) == 1:
        return rx.fragment()
    choices = [rx.el.option(tool.title, value=slug) for slug, tool in known.items()]
    control = rx.el.select(*choices, value=StudyUploadState.tool, on_change=StudyUploadState.choose_tool, id="tool", class_name="input")
    return field("Tool", control, control_id="tool", help_text="What is to be done with the data. Each tool asks for its own files.")


def _form() -> rx.Component:
    errors = StudyUploadState.errors
    return rx.el.div(
        _tool_choice(),
        field(
            "Study name",
            text_input(
                "study_name",
                control_id="study-name",
                error=errors["name"],
                default_value=StudyUploadState.name,
                on_blur=StudyUploadState.set_study_name,
                max_length=120,
                auto_complete="off",
                key=StudyUploadState.tool,
            ),
            control_id="study-name",
            help_text="Your own name for this set of files, at most 120 characters. Each of your studies needs a name of its own.",
            error=errors["name"],
        ),
        rx.el.div(
            rx.match(StudyUploadState.tool, *[(slug, input_slots(tool)) for slug, tool in tools_with_inputs().items()], rx.fragment()),
            class_name="stack l",
            id="files",
        ),
        rx.el.div(
            checkbox(
                "I accept the terms and conditions",
                control_id="terms",
                default_checked=StudyUploadState.terms,
                on_change=StudyUploadState.set_terms,
            ),
            rx.el.span(plain_link("Read the terms", href=routes.TERMS, target="_blank"), class_name="small", style={"margin_left": "30px"}),
            rx.cond(errors["terms"], fault(errors["terms"], "terms")),
            class_name="field",
        ),
        rx.cond(errors.length() > 0, rx.el.p("Not checked yet: look at what is marked in red above.", class_name="fault")),
        rx.cond(StudyUploadState.problem != "", note("error", StudyUploadState.problem, role="alert")),
        rx.cond(StudyUploadState.full != "", note("warning", StudyUploadState.full)),
        rx.el.div(
            rx.el.button(
                rx.cond(StudyUploadState.checking, rx.icon("loader-circle", size=16, class_name="spin"), rx.icon("list-checks", size=16)),
                "Check data",
                on_click=StudyUploadState.check,
                disabled=StudyUploadState.full != "",
                type="button",
                class_name=rx.cond(StudyUploadState.checked & StudyUploadState.report.ok, "btn", "btn solid"),
                id="check-data",
                custom_attrs={"aria-disabled": rx.cond(StudyUploadState.checking, "true", "false")},
            ),
            rx.cond(
                StudyUploadState.checking, rx.el.span("Checking. Large files take a few seconds.", class_name="muted small", role="status")
            ),
            class_name="row",
        ),
        rx.cond(
            StudyUploadState.checking & (StudyUploadState.check_part > 0), progress(StudyUploadState.check_part, "Checking", thin=True)
        ),
        class_name="card stack l",
    )


@page_frame(tours={"upload": STOPS}, tour_now="upload")
def upload() -> rx.Component:
    """Make a study out of files."""
    return rx.el.div(
        rx.el.div(
            rx.el.div(rx.el.h1("New study"), rx.el.p("Bring your data; see what the check says; then save."), class_name="grow"),
            class_name="page-head",
            style={"margin_bottom": "20px"},
        ),
        _steps(),
        rx.cond(
            StudyUploadState.tool != "",
            rx.el.div(
                rx.el.div(_form(), rx.cond(StudyUploadState.checked, report()), class_name="stack l"),
                aside(),
                class_name="split",
                on_mount=TourState.begin_if_new("upload"),
            ),
            skeleton(44, 160, 44),
        ),
    )
