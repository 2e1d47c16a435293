"""The frame of a lesson: what it teaches, the lesson itself, its own source beside it, its tutorial below, and the way on."""

from collections.abc import Callable, Sequence

import reflex as rx

from sciflask_reflex.gallery.lesson import PREFIX, Lesson
from sciflask_reflex.gallery.source import listing
from sciflask_reflex.gallery.tutorial import tutorial_html
from sciflask_reflex.settings import ROOT
from sciflask_reflex.shell.frame import page_frame


def lesson_page(lesson: Lesson, lessons: Sequence[Lesson]) -> Callable[[], rx.Component]:
    """Return the page of a lesson, which knows those before and after it."""
    number = lessons.index(lesson)
    before = lessons[number - 1] if number else None
    after = lessons[number + 1] if number + 1 < len(lessons) else None
    links = {f"{each.slug}.md": each.href for each in lessons} | {"README.md": PREFIX}
    steps = tutorial_html(lesson.tutorial, links)

    @page_frame(width="full")
    def page() -> rx.Component:
        return rx.el.div(
            _head(lesson, number + 1, len(lessons), has_tutorial=bool(steps)),
            rx.el.div(
                rx.el.section(lesson.draw(), class_name="card lesson", custom_attrs={"aria-label": "The lesson"}),
                _sources(lesson),
                class_name="beside",
            ),
            _tutorial(steps) if steps else rx.fragment(),
            _way_on(before, after),
            class_name="stack xl",
        )

    return page


def _head(lesson: Lesson, number: int, count: int, *, has_tutorial: bool) -> rx.Component:
    steps = rx.el.a("Tutorial", href="#tutorial", class_name="btn")
    return rx.el.div(
        rx.el.div(
            rx.el.div(rx.link("Gallery", href=PREFIX), f" · lesson {number} of {count}", class_name="muted small"),
            rx.el.h1(lesson.title),
            rx.el.p(lesson.teaches),
            class_name="grow",
        ),
        steps if has_tutorial else rx.fragment(),
        class_name="page-head flush",
    )


def _sources(lesson: Lesson) -> rx.Component:
    """Show the files that make the lesson, as they are."""
    parts: list[rx.Component] = []
    for path in lesson.sources:
        parts += [rx.el.p(rx.el.code(str(path.relative_to(ROOT))), class_name="muted small"), rx.html(listing(path))]
    return rx.el.section(rx.el.h2("Its source"), *parts, class_name="stack s")


def _tutorial(steps: str) -> rx.Component:
    return rx.el.section(rx.el.h2("Tutorial"), rx.html(steps, class_name="prose"), id="tutorial")


def _way_on(before: Lesson | None, after: Lesson | None) -> rx.Component:
    back = (f"Previous: {before.title}", before.href) if before else ("All lessons", PREFIX)
    on = (f"Next: {after.title}", after.href) if after else ("All lessons", PREFIX)
    return rx.el.nav(
        *[rx.link(words, href=href, class_name="btn wide", underline="none") for words, href in (back, on)],
        class_name="row between",
        custom_attrs={"aria-label": "Lessons"},
    )
