"""Something that is remembered from visit to visit: how often this page was opened."""

from datetime import UTC, datetime

import reflex as rx

from sciflask_reflex.gallery.lesson import Lesson
from sciflask_reflex.gate import door


class VisitsState(rx.State):
    """What the server remembers of this browser tab. Nobody else sees it, and it needs no cookie and no table."""

    visits: int = 0
    since: str = ""

    @rx.event
    @door(reads=True)
    async def load(self) -> None:
        """Count one more."""
        self.visits += 1
        self.since = self.since or f"{datetime.now(UTC):%H:%M:%S} UTC"

    @rx.event
    @door(reads=True)
    async def forget(self) -> None:
        """Begin again from nothing."""
        self.visits, self.since = 0, ""


def page() -> rx.Component:
    """Draw the count."""
    times = rx.cond(VisitsState.visits == 1, "time", "times")
    counted = rx.el.p("You have opened this page ", rx.el.b(VisitsState.visits), " ", times, " since ", VisitsState.since, ".")
    return rx.el.div(
        rx.el.div(
            rx.cond(VisitsState.visits > 0, counted, rx.el.p("Nothing is counted. Reload the page to begin at one.")),
            class_name="said",
            role="status",
        ),
        rx.el.p("Reload, or go away and come back: the count goes on until this tab is closed.", class_name="muted"),
        rx.el.button("Forget my visits", on_click=VisitsState.forget, class_name="btn", type="button"),
        class_name="stack",
    )


LESSON = Lesson(
    "visits",
    "Visits in a session",
    "Variables of a state live on the server for as long as the tab is open: that is the session. What must outlive the tab belongs into the database instead.",
    draw=page,
    load=(VisitsState.load,),
)
