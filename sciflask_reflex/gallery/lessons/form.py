"""A form with every kind of field: what is sent is checked by one model, and each fault stands at its field."""

from typing import Any

import reflex as rx

from sciflask_reflex.errors import Invalid, SciflaskError
from sciflask_reflex.gallery.lesson import Lesson, beside
from sciflask_reflex.gallery.lessons import form_fields as fields
from sciflask_reflex.gallery.lessons.form_answers import TOPICS, Sent, Slid, answers, understood
from sciflask_reflex.gallery.lessons.form_file import LARGE, facts_of
from sciflask_reflex.gate import door
from sciflask_reflex.shell.feedback import note
from sciflask_reflex.shell.fields import checkbox, choice_input, field


class LessonFormState(rx.State):
    """Faults by field, or what was understood. The fields themselves keep what was typed."""

    faults: dict[str, str] = {}
    understood: list[tuple[str, str]] = []
    level: int = 50
    file: dict[str, str] = {}
    problem: str = ""

    @rx.event
    @door(payload=Sent, reads=True, per_minute=60)
    async def submit(self, form_data: dict[str, Any]) -> None:
        """Check everything at once."""
        self.faults, self.understood, self.problem = {}, [], ""
        try:
            file = [("File", f"{self.file['name']}, {self.file['size']}")] if self.file else []
            self.understood = understood(answers(form_data)) + file
        except Invalid as refusal:
            self.faults, self.problem = refusal.fields, refusal.sentence

    @rx.event
    @door(payload=Slid, reads=True, per_minute=1200)
    async def slide(self, level: float) -> None:
        """Show where the slider stands."""
        self.level = round(level)

    @rx.event
    @door(reads=True)
    async def reject(self) -> None:
        """Say why the browser did not send a file. It takes no argument: the event would carry the file itself."""
        self.file, self.faults = {}, self.faults | {"file": LARGE}

    @rx.event(background=True)
    @door(reads=True, per_minute=30)
    async def receive(self, chunks: rx.UploadChunkIterator) -> None:
        """Look at a file as it arrives."""
        file, sentence = {}, ""
        try:
            file = await facts_of(chunks)
        except SciflaskError as refusal:
            sentence = refusal.sentence
        async with self:
            self.file, self.faults = file, self.faults | {"file": sentence}


def _success() -> rx.Component:
    rows = rx.foreach(LessonFormState.understood, lambda row: rx.el.tr(rx.el.th(row[0], scope="row"), rx.el.td(row[1], class_name="wrap")))
    table = rx.el.div(rx.el.table(rx.el.tbody(rows), class_name="list"), class_name="table-wrap")
    return rx.el.section(note("ok", "This is what was understood. Nothing of it was kept."), table, class_name="stack", role="status")


def page() -> rx.Component:
    """Draw the form, and below it the answer."""
    faults = LessonFormState.faults
    sizes = [fields.radio("size", value, chosen=value == "small") for value in ("small", "medium", "large")]
    topics = [checkbox(topic, control_id=f"topic-{topic}") for topic in TOPICS]
    tissues = choice_input("tissue", tuple((value, value) for value in ("blood", "liver", "brain")))
    title, hint = fields.said("tissue")
    look = LessonFormState.receive(rx.upload_files_chunk(upload_id="lesson-file"))
    pairs = (
        (fields.text("name", faults["name"]), fields.text("email", faults["email"], "email")),
        (
            fields.text("samples", faults["samples"], "number", default_value="3"),
            fields.slider("level", LessonFormState.level, LessonFormState.slide.debounce(50), faults["level"]),
        ),
        (fields.text("day", faults["day"], "date"), fields.text("begin", faults["begin"], "time")),
        (
            fields.text("colour", faults["colour"], "color", default_value="#12a594"),
            field(title, tissues, control_id="tissue", hint=hint, error=faults["tissue"]),
        ),
        (fields.group("size", sizes, faults["size"]), fields.group("topics", topics, faults["topics"])),
        (fields.password(), fields.file_control(look, LessonFormState.reject, LessonFormState.file, faults["file"])),
    )
    return rx.el.div(
        rx.el.form(
            *[rx.el.div(*pair, class_name="pair") for pair in pairs],
            fields.long_text("notes", faults["notes"]),
            fields.box("reminder", faults["reminder"], role="switch", class_name="switch"),
            fields.box("agreed", faults["agreed"]),
            rx.cond(LessonFormState.problem != "", note("error", LessonFormState.problem, role="alert")),
            rx.el.button("Send", type="submit", class_name="btn solid"),
            on_submit=LessonFormState.submit,
            no_validate=True,
            class_name="stack l",
        ),
        rx.cond(LessonFormState.understood, _success()),
        class_name="stack l",
    )


LESSON = Lesson(
    "form",
    "Every kind of field",
    "One model says what each field may hold; page, hints and faults follow from it. The browser checks nothing here, so that you can see what the server says.",
    draw=page,
    files=beside(__file__, "form.py", "form_answers.py", "form_fields.py", "form_file.py"),
)
