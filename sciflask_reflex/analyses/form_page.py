"""The analysis form. Every field, its help and its bounds come from the tool's own declaration."""

import reflex as rx

from pipeline import tools
from sciflask_reflex import routes
from sciflask_reflex.analyses.form_state import AnalysisFormState
from sciflask_reflex.analyses.parameter_fields import parameter_fields
from sciflask_reflex.settings import settings
from sciflask_reflex.shell.feedback import button_link, note, skeleton
from sciflask_reflex.shell.fields import field, text_input
from sciflask_reflex.shell.frame import page_frame
from sciflask_reflex.shell.human_check import human_check
from sciflask_reflex.shell.tour import Stop, TourState

STOPS = (
    Stop("", "Choose and run", "The defaults are sensible; change what you know better. Walk through the form?"),
    Stop("#parameters", "Parameters", "Each field says what it accepts. Hover its question mark for what it does."),
    Stop("#what-happens", "What will happen", "The data that will be used, and what becomes of the job when you close the page."),
    Stop("#run", "Run", "The analysis is queued. You see it progress, here and on every other tab."),
)


def _form() -> rx.Component:
    errors = AnalysisFormState.errors
    filled = rx.form(
        rx.el.div(
            field(
                "Analysis name",
                text_input(
                    "analysis_name", error=errors["name"], default_value=AnalysisFormState.name, max_length=120, auto_complete="off"
                ),
                control_id="analysis_name",
                help_text="How you will find this analysis again, at most 120 characters.",
                error=errors["name"],
            ),
            rx.el.div(
                rx.match(AnalysisFormState.tool, *[(slug, parameter_fields(tool)) for slug, tool in tools().items()], rx.fragment()),
                id="parameters",
            ),
            rx.cond(AnalysisFormState.problem != "", note("error", AnalysisFormState.problem, role="alert")),
            rx.cond(AnalysisFormState.full != "", note("warning", AnalysisFormState.full)),
            rx.cond(AnalysisFormState.human, human_check()),
            rx.el.div(
                rx.el.button(
                    rx.icon("play", size=16),
                    "Run analysis",
                    type="submit",
                    class_name="btn solid big",
                    id="run",
                    disabled=AnalysisFormState.full != "",
                ),
                rx.el.span(AnalysisFormState.left, class_name="muted small num"),
                class_name="row",
            ),
            class_name="card stack l",
        ),
        on_submit=AnalysisFormState.submit,
        no_validate=True,
    )
    return rx.el.div(filled, key=AnalysisFormState.form_key)  # the form itself would not pass its key on


def _what_happens() -> rx.Component:
    minutes = max(1, settings().job_seconds // 60)
    return rx.el.aside(
        rx.el.div(
            rx.el.h2("What will happen", class_name="as-h3"),
            rx.el.p("It uses"),
            rx.el.ul(rx.foreach(AnalysisFormState.data, rx.el.li), style={"margin": "0", "padding_left": "18px"}),
            rx.el.p("The analysis is queued and runs on the server; you may close the page. ", f"It may take up to {minutes} minutes."),
            rx.el.p("Your files are not changed. What is done to the data is recorded with the result."),
            class_name="card small stack s",
            id="what-happens",
        ),
        class_name="side",
    )


def _missing() -> rx.Component:
    return rx.el.div(
        rx.el.h1("This study does not exist, or it is not yours"),
        rx.el.div(button_link("My work", routes.PROFILE, kind="solid"), button_link("Upload data", routes.UPLOAD), class_name="actions"),
        class_name="stack",
    )


@page_frame(tours={"analyse": STOPS}, tour_now="analyse")
def analyse() -> rx.Component:
    """Set parameters and run."""
    return rx.cond(
        AnalysisFormState.loaded,
        rx.cond(
            AnalysisFormState.missing,
            _missing(),
            rx.el.div(
                rx.el.div(
                    rx.el.div(
                        rx.el.h1(AnalysisFormState.tool_title),
                        rx.el.p("Study: ", rx.el.b(AnalysisFormState.study_name)),
                        class_name="grow",
                    ),
                    class_name="page-head",
                ),
                rx.el.div(_form(), _what_happens(), class_name="split"),
                on_mount=TourState.begin_if_new("analyse"),
            ),
        ),
        skeleton(40, 320),
    )
