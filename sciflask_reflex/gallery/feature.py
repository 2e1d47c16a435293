"""The gallery as a feature of the site: its pages, its other addresses, and the link to it."""

from sciflask_reflex.feature import Feature, NavLink, Page
from sciflask_reflex.gallery.frame import lesson_page
from sciflask_reflex.gallery.lesson import PREFIX
from sciflask_reflex.gallery.lessons import LESSONS
from sciflask_reflex.gallery.page import index

feature = Feature(
    name="gallery",
    prefix=PREFIX,
    pages=(
        Page("", index, "Gallery"),
        *(Page(lesson.path, lesson_page(lesson, LESSONS), lesson.title, lesson.load) for lesson in LESSONS),
    ),
    routes=tuple(route for lesson in LESSONS for route in lesson.routes),
    navigation=(NavLink("Gallery"),),
)
