"""What stands above every page: announcements, and that an admin looks at the site as somebody else."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.live.news_state import NewsState
from sciflask_reflex.shell.feedback import note


def announcements() -> rx.Component:
    """Draw what the people who run the site have to say just now."""
    return rx.cond(
        NewsState.news.length() > 0,
        rx.el.aside(
            rx.foreach(
                NewsState.news,
                lambda item: note(
                    item["tone"],
                    item["text"],
                    rx.el.button(
                        rx.icon("x", size=16),
                        on_click=NewsState.dismiss(item["id"]),
                        class_name="icon-btn",
                        type="button",
                        custom_attrs={"aria-label": "Dismiss"},
                    ),
                ),
            ),
            class_name="stack s above",
            custom_attrs={"aria-label": "Announcements"},
        ),
    )


def looking_banner() -> rx.Component:
    """Say as whom an admin looks at the site, with the way back. A form, for the whole page must be loaded anew."""
    return rx.cond(
        NewsState.seen_as != "",
        rx.el.div(
            rx.el.div(
                rx.icon("eye", size=18),
                rx.el.span("You see the site as ", rx.el.b(NewsState.seen_as), " – nothing can be changed.", class_name="grow"),
                rx.el.form(
                    rx.el.button("Stop", type="submit", class_name="btn s"),
                    method="post",
                    action=routes.AUTH_LOOK_STOP,
                    on_submit=None,
                ),
                class_name="looking-in",
            ),
            class_name="looking",
            role="status",
        ),
    )
