"""The list of the files of an input that takes several: what each is, what the check says of it, and buttons for the order."""

from typing import Any

import reflex as rx

from pipeline.toolkit.tool import InputSlot
from sciflask_reflex.shell.focus import keep_focus
from sciflask_reflex.studies.state import StudyUploadState

VERDICTS = (("error", "circle-x"), ("warning", "triangle-alert"), ("ok", "file-check"))


def file_list(slot: InputSlot) -> rx.Component:
    """Draw the files of an input in their order, with how many there are."""
    files = StudyUploadState.files[slot.name]
    return rx.el.div(
        rx.cond(
            files.length() > 0,
            rx.el.ol(
                rx.foreach(files, lambda one, place: _row(slot, one, place, files.length())),
                class_name="file-list",
                custom_attrs={"aria-label": f"Files for {slot.title}"},
            ),
        ),
        rx.el.p(StudyUploadState.counts[slot.name], class_name="muted small num", role="status"),
        _waiting(slot),
        rx.el.p(StudyUploadState.told, class_name="visually-hidden", role="status"),
        keep_focus(on=StudyUploadState.focus, turn=StudyUploadState.told),
        class_name="stack s",
    )


def _waiting(slot: InputSlot) -> rx.Component:
    """Say which file is to be replaced by the next one."""
    replaced = StudyUploadState.replacing[slot.name]
    return rx.cond(
        StudyUploadState.replacing.contains(slot.name),
        rx.el.div(
            rx.el.span("The next file takes the place of ", rx.el.b(replaced.filename, class_name="wrap"), ".", class_name="small"),
            rx.el.button(
                "Keep it", on_click=StudyUploadState.replace_next(slot.name, replaced.upload_id), class_name="btn s", type="button"
            ),
            class_name="row between",
        ),
    )


def _row(slot: InputSlot, one: rx.Var, place: rx.Var, count: rx.Var) -> rx.Component:
    return rx.el.li(
        rx.el.span(place + 1, ".", class_name="muted num place"),
        rx.el.div(
            rx.el.b(one.filename, class_name="wrap"),
            rx.el.div(rx.el.span(one.size, class_name="muted num"), _verdict(one), class_name="row small"),
            class_name="grow",
        ),
        rx.el.div(
            _step(slot, one, -1, at_end=place == 0),
            _step(slot, one, 1, at_end=place == count - 1),
            _button("Replace", one, StudyUploadState.replace_next(slot.name, one.upload_id)),
            _button("Remove", one, StudyUploadState.take_out(slot.name, one.upload_id)),
            class_name="row acts",
        ),
        key=one.upload_id,
    )


def _verdict(one: rx.Var) -> rx.Component:
    """Say what the check found in a file; nothing before it."""
    icons = [(name, rx.icon(icon, size=15)) for name, icon in VERDICTS]
    return rx.cond(
        one.verdict != "",
        rx.el.span(rx.match(one.verdict, *icons, rx.fragment()), one.said, class_name=rx.Var.create("verdict is-") + one.verdict.to(str)),
    )


def _button(word: str, one: rx.Var, act: Any) -> rx.Component:
    """Draw a button that names its file to those who do not see the row."""
    said = rx.Var.create(f"{word} ") + one.filename.to(str)
    return rx.el.button(word, on_click=act, class_name="btn s", type="button", custom_attrs={"aria-label": said})


def _step(slot: InputSlot, one: rx.Var, step: int, *, at_end: rx.Var[bool]) -> rx.Component:
    way = "up" if step < 0 else "down"
    said = rx.Var.create("Move ") + one.filename.to(str) + f" {way}"
    return rx.el.button(
        rx.icon(f"arrow-{way}", size=16),
        on_click=StudyUploadState.move(slot.name, one.upload_id, step),
        id=rx.Var.create(f"{way}-") + one.upload_id.to(str),
        class_name="btn s icon",
        type="button",
        custom_attrs={"aria-label": said, "aria-disabled": rx.cond(at_end, "true", "false")},
    )
