"""Two quiet lines: that there is one kind of cookie, said once; and that the terms have changed, until they are accepted."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.gate import door
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.shell.feedback import note


class CookieLineState(rx.State):
    """Whether this browser has read the line about cookies."""

    seen: str = rx.LocalStorage("", name="sciflask_cookie_line")

    @rx.event
    @door(reads=True)
    async def dismiss(self) -> None:
        """Take the line away for good."""
        self.seen = "1"


def cookie_line() -> rx.Component:
    """Say on a first visit that only the necessary cookie is set. There is nothing to choose, so it stands in nobody's way."""
    return rx.cond(
        rx.State.is_hydrated & (CookieLineState.seen == ""),
        rx.el.aside(
            rx.el.p(
                "This site sets only the cookies that it needs to work. ",
                rx.link("Privacy", href=routes.PRIVACY),
                class_name="small",
            ),
            rx.el.button("Understood", on_click=CookieLineState.dismiss, class_name="btn s", type="button"),
            class_name="cookie-line",
            custom_attrs={"aria-label": "Cookies"},
        ),
    )


def terms_note() -> rx.Component:
    """Ask a signed-in person to accept terms that changed. Whoever wants to read on first, may."""
    return rx.cond(
        SessionState.terms_due != "",
        rx.el.aside(
            note(
                "info",
                rx.fragment(
                    "Please read the ",
                    rx.link("terms and conditions", href=routes.TERMS),
                    " of ",
                    SessionState.terms_due,
                    ", and accept them to go on using the site.",
                ),
                rx.el.button("I accept", on_click=SessionState.accept_terms(SessionState.terms_due), class_name="btn s", type="button"),
            ),
            class_name="above",
            custom_attrs={"aria-label": "New terms"},
        ),
    )
