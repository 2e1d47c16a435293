"""A plain response: one sentence as a page for people, and the same as plain text for programs."""

import reflex as rx
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sciflask_reflex.gallery.lesson import PREFIX, Lesson
from sciflask_reflex.shell.links import plain_link

GREETING = "Hello, world."


def hello() -> rx.Component:
    """Draw the page. Nothing on it ever changes, so it needs no state."""
    return rx.el.div(
        rx.el.p(GREETING, class_name="said"),
        rx.el.p("The same for programs: ", plain_link(f"{PREFIX}/hello.txt", href=f"{PREFIX}/hello.txt")),
        class_name="stack",
    )


async def hello_text(request: Request) -> PlainTextResponse:
    """Answer a program: no page, no script, one line of text."""
    return PlainTextResponse(f"{GREETING}\n")


LESSON = Lesson(
    "hello",
    "A plain response",
    "A page is a Python function that returns a component. An answer without a page is a route of plain HTTP beside it.",
    draw=hello,
    routes=(Route("/hello.txt", hello_text, methods=["GET"]),),
)
