"""The file controls of the upload wizard: one for each input of a tool, and one for several files where an input takes them."""

import reflex as rx

from pipeline.toolkit.described import described
from pipeline.toolkit.tool import InputSlot, Tool
from sciflask_reflex.settings import settings
from sciflask_reflex.shell.feedback import progress
from sciflask_reflex.shell.fields import checkbox, fault, field, help_tip, text_input
from sciflask_reflex.studies.asking import offers_more
from sciflask_reflex.studies.several_view import file_list
from sciflask_reflex.studies.state import StudyUploadState


def _drop_zone(slot: InputSlot, words: str | rx.Var[str], receive: rx.EventHandler, rejected: rx.EventHandler) -> rx.Component:
    """Draw the file control of an input. Reflex draws the zone; the file input inside it gets its name here."""
    largest = StudyUploadState.allowance.largest_file
    zone = rx.upload.root(
        rx.icon("upload", size=20),
        rx.el.div(rx.el.b(words), f" or drop {'them' if slot.repeated else 'it'} here"),
        rx.el.div(
            f"{', '.join(slot.kind.suffixes)} · {'each ' if slot.repeated else ''}up to ",  # type: ignore[attr-defined]
            rx.cond(largest > 0, largest, settings().max_file_mib),
            " MB",
            class_name="muted small",
        ),
        id=slot.name,
        multiple=slot.repeated,
        max_size=settings().max_file_mib * 1024 * 1024,
        on_drop=[
            StudyUploadState.begin_upload(slot.name),
            receive(
                slot.name,
                rx.upload_files_chunk(
                    upload_id=slot.name, on_upload_progress=lambda progress: StudyUploadState.progressed(slot.name, progress)
                ),
            ),
        ],
        on_drop_rejected=rejected(slot.name),
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


def _on_its_way(slot: InputSlot, cancel: rx.EventHandler) -> rx.Component:
    shown = StudyUploadState.slots[slot.name]
    return rx.el.div(
        rx.el.div(
            rx.el.span("Uploading ", (shown.fraction * 100) // 1, "%", class_name="small num"),
            rx.el.button("Cancel", on_click=[rx.cancel_upload(slot.name), cancel(slot.name)], class_name="btn s", type="button"),
            class_name="row between",
        ),
        progress(shown.fraction, f"Upload of {slot.title}"),
        class_name="card tight stack s",
    )


def _leave_out(slot: InputSlot) -> rx.Component:
    return rx.el.button("Leave it out", on_click=StudyUploadState.remove(slot.name), class_name="btn s", type="button")


def _control(slot: InputSlot, *, is_needed: bool) -> rx.Component:
    """Draw what asks for the file of an input, or for its files, and for what the data are."""
    return rx.el.div(
        _several(slot, is_needed=is_needed) if slot.repeated else _slot(slot, is_needed=is_needed), _label(slot), class_name="stack"
    )


def _head(slot: InputSlot, *, is_needed: bool) -> rx.Component:
    """Draw the title of an input, and its help."""
    return rx.el.div(
        rx.el.span(slot.title, class_name="legend"),
        rx.fragment() if is_needed else rx.el.span("optional", class_name="muted small"),
        help_tip(slot.help) if slot.help else rx.fragment(),
        class_name="field-head",
    )


def _slot(slot: InputSlot, *, is_needed: bool) -> rx.Component:
    shown, errors = StudyUploadState.slots[slot.name], StudyUploadState.errors
    return rx.el.div(
        _head(slot, is_needed=is_needed),
        rx.match(shown.stage, ("uploading", _on_its_way(slot, StudyUploadState.remove)), ("ready", _file(slot)), rx.fragment()),
        rx.el.div(
            _drop_zone(slot, "Choose a file", StudyUploadState.receive, StudyUploadState.rejected),
            key=shown.turn.to_string(),
            style={"display": rx.cond((shown.stage == "uploading") | (shown.stage == "ready"), "none", "block")},
        ),
        rx.cond(errors[slot.name], fault(errors[slot.name], slot.name), rx.cond(shown.error != "", fault(shown.error, slot.name))),
        rx.fragment() if is_needed else rx.cond(shown.stage == "failed", _leave_out(slot)),
        class_name="field",
        id=f"slot-{slot.name}",
    )


def _several(slot: InputSlot, *, is_needed: bool) -> rx.Component:
    """Draw the control of an input that takes several files: those that are there, in their order, and a zone for more."""
    shown, errors = StudyUploadState.slots[slot.name], StudyUploadState.errors
    is_full = StudyUploadState.files[slot.name].length() >= slot.at_most
    hidden = (shown.stage == "uploading") | (is_full & ~StudyUploadState.replacing.contains(slot.name))
    has_some = StudyUploadState.files[slot.name].length() > 0
    return rx.el.div(
        _head(slot, is_needed=is_needed),
        file_list(slot),
        rx.cond(shown.stage == "uploading", _on_its_way(slot, StudyUploadState.stop_several)),
        rx.el.div(
            _drop_zone(
                slot, rx.cond(has_some, "Add files", "Choose files"), StudyUploadState.receive_several, StudyUploadState.rejected_several
            ),
            key=shown.turn.to_string(),
            id=f"add-{slot.name}",
            style={"display": rx.cond(hidden, "none", "block")},
        ),
        rx.cond(errors[slot.name], fault(errors[slot.name], slot.name), rx.cond(shown.error != "", fault(shown.error, slot.name))),
        rx.cond(
            shown.stage == "failed",
            rx.el.button("Go on without them", on_click=StudyUploadState.go_on_without(slot.name), class_name="btn s", type="button"),
        ),
        class_name="field",
        id=f"slot-{slot.name}",
    )


def _label(slot: InputSlot) -> rx.Component:
    """Draw the field for what the data of an input are, where the tool asks."""
    if not slot.type_title:
        return rx.fragment()
    label_id = f"label-{slot.name}"
    return field(
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


def input_slots(tool: Tool) -> rx.Component:
    """Draw the file controls of a tool: the required ones, then the optional ones; further tables stand behind a box."""
    with_box = offers_more(tool)
    required = [_control(slot, is_needed=True) for slot in described(tool).inputs if slot.required]
    optional = [_control(slot, is_needed=with_box) for slot in described(tool).inputs if not slot.required]
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
