"""The index: a card for each lesson."""

import reflex as rx

from sciflask_reflex.gallery.lesson import Lesson
from sciflask_reflex.gallery.lessons import LESSONS
from sciflask_reflex.shell.frame import page_frame


def _card(number: int, lesson: Lesson) -> rx.Component:
    return rx.el.section(
        rx.el.span(f"Lesson {number}", class_name="step-n"),
        rx.el.h2(rx.link(lesson.title, href=lesson.href, color="inherit"), class_name="as-h3"),
        rx.el.p(lesson.teaches, class_name="muted small"),
        class_name="card stack s",
    )


@page_frame()
def index() -> rx.Component:
    """List the lessons."""
    summary = "Pages of a site, written in Python alone. Each lesson runs, shows its own source beside it, and explains it step by step."
    return rx.el.div(
        rx.el.div(rx.el.div(rx.el.h1("Gallery"), rx.el.p(summary), class_name="grow"), class_name="page-head"),
        rx.el.div(*[_card(number, lesson) for number, lesson in enumerate(LESSONS, 1)], class_name="grid3 lessons"),
    )
