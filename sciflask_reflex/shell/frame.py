"""The frame around every page: skip link, bar, notices, content, foot. A page file holds only the page."""

import functools
from collections.abc import Callable, Mapping, Sequence

import reflex as rx

from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.live.state import LiveState
from sciflask_reflex.shell.above import announcements, looking_banner
from sciflask_reflex.shell.feedback import note
from sciflask_reflex.shell.legal import cookie_line, terms_note
from sciflask_reflex.shell.links import plain_link
from sciflask_reflex.shell.nav import bar, foot
from sciflask_reflex.shell.tour import Stop, tour, tour_button

PageFunction = Callable[[], rx.Component]


def _notices() -> rx.Component:
    """Announce what happened elsewhere: an analysis ended while the person was on another page."""
    return rx.el.div(
        rx.foreach(
            LiveState.notices,
            lambda item: note(
                item["tone"],
                rx.el.div(
                    rx.el.div(item["text"]),
                    rx.el.div(
                        rx.link(item["action"], href=item["href"], on_click=LiveState.dismiss(item["id"])),
                        class_name="small",
                    ),
                ),
                rx.el.button(
                    rx.icon("x", size=16),
                    on_click=LiveState.dismiss(item["id"]),
                    class_name="icon-btn",
                    type="button",
                    custom_attrs={"aria-label": "Dismiss"},
                ),
            ),
        ),
        class_name="notices",
        custom_attrs={"aria-live": "polite"},
    )


def _refusal() -> rx.Component:
    """Say what the gate had to refuse."""
    close = rx.el.button(
        rx.icon("x", size=16),
        on_click=SessionState.dismiss_notice,
        class_name="icon-btn",
        type="button",
        custom_attrs={"aria-label": "Dismiss"},
    )
    return rx.cond(
        SessionState.notice != "", rx.el.div(note("warning", SessionState.notice, close, role="alert"), style={"margin_bottom": "24px"})
    )


def page_frame(
    *, width: str = "", tours: Mapping[str, Sequence[Stop]] | None = None, tour_now: str | rx.Var[str] = ""
) -> Callable[[PageFunction], PageFunction]:
    """Put a page into the frame.

    ``width`` is "", "narrow" or "full". A page with tours gets the question mark, which starts ``tour_now``: the name of its one
    tour, or a var where the page has several looks.
    """

    def wrap(page: PageFunction) -> PageFunction:
        @functools.wraps(page)
        def framed() -> rx.Component:
            return rx.el.div(
                plain_link("Skip to the content", href="#content", class_name="skip"),
                looking_banner(),
                bar(tour_button(tour_now) if tours else None),
                rx.el.main(
                    announcements(), terms_note(), _refusal(), page(), id="content", tab_index=-1, class_name=f"main {width}".strip()
                ),
                cookie_line(),
                foot(),
                _notices(),
                *[tour(name, stops) for name, stops in (tours or {}).items()],
                class_name="frame",
            )

        return framed

    return wrap
