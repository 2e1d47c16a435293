"""Sentences above every page."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.manage.announcements.state import AnnouncementsState
from sciflask_reflex.manage.frame import managed
from sciflask_reflex.manage.parts import ask_first, said, section
from sciflask_reflex.shell.feedback import empty, note
from sciflask_reflex.shell.fields import choice_input, field, text_input

TONES = (("info", "For your information"), ("warning", "Warning"), ("error", "Something is broken"))


def _ends(row: rx.Var) -> rx.Component:
    date = {"format": "D MMM YYYY, HH:mm"}
    until = rx.cond(row.ends != "", rx.fragment(" until ", rx.moment(row.ends, **date)), " until it is ended")
    return rx.el.div(rx.moment(row.starts, **date), until, class_name="small muted")


def _row(row: rx.Var) -> rx.Component:
    end = ask_first("End this announcement?", "Nobody sees it any longer.", "End it", AnnouncementsState.end(row.id), trigger="End")
    return note(
        row.tone,
        rx.el.div(rx.el.div(row.text), _ends(row)),
        rx.cond(row.is_shown, rx.fragment(rx.el.span("Shown", class_name="pill done"), end), rx.el.span("Over", class_name="pill")),
    )


def _form() -> rx.Component:
    errors = AnnouncementsState.errors
    words = rx.el.textarea(name="text", id="text", rows="3", max_length=500, required=True, class_name="input area")
    return rx.el.form(
        field("Sentence", words, control_id="text", hint="Plain text, at most 500 characters.", error=errors["text"]),
        rx.el.div(
            field("How serious", choice_input("tone", TONES), control_id="tone", error=errors["tone"]),
            field(
                "Hours",
                text_input("hours", type="number", min="1", max="2160"),
                control_id="hours",
                hint="Empty: until you end it.",
                error=errors["hours"],
            ),
            class_name="split even",
        ),
        rx.el.div(rx.el.button("Announce", type="submit", class_name="btn solid"), class_name="actions"),
        on_submit=AnnouncementsState.announce,
        key=AnnouncementsState.form_key.to_string(),
        class_name="card stack",
    )


@managed(routes.MANAGE_ANNOUNCEMENTS, "Announcements", "A sentence above every page.", loaded=AnnouncementsState.loaded)
def announcements() -> rx.Component:
    """Show the announcements and the form for a new one."""
    return rx.el.div(
        said(AnnouncementsState.problem, AnnouncementsState.said),
        section("New", _form()),
        section(
            "All",
            rx.cond(
                AnnouncementsState.rows.length() > 0,
                rx.el.div(rx.foreach(AnnouncementsState.rows, _row), class_name="stack s"),
                empty("Nothing was announced yet."),
            ),
        ),
        class_name="stack xl",
    )
