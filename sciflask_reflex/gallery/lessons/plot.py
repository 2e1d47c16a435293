"""A plot that is made on each visit, by matplotlib on the server, and travels inside the page's state."""

from base64 import b64encode
from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import reflex as rx

from sciflask_reflex.gallery.drawing import drawn
from sciflask_reflex.gallery.lesson import Lesson
from sciflask_reflex.gate import door
from sciflask_reflex.identity.limits import network_of
from sciflask_reflex.identity.visit import this_visit
from sciflask_reflex.shell.feedback import skeleton

STEPS = 200


def walk(random: np.random.Generator) -> np.ndarray:
    """Return a random walk: where somebody is after each of ``STEPS`` steps of one to the left or right."""
    return np.concatenate([[0], np.cumsum(random.choice([-1, 1], size=STEPS))])


def plot(places: np.ndarray, title: str) -> bytes:
    """Draw the walk, as SVG: it stays sharp on every screen."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot(title=title, xlabel="Step", ylabel="Place")
    axes.step(np.arange(places.size), places, color="#0072b2", linewidth=1.6)
    axes.axhline(0, linewidth=0.8, color="#7b848c")
    picture = BytesIO()
    figure.savefig(picture, format="svg")
    return picture.getvalue()


class PlotState(rx.State):
    """The plot of this visit."""

    picture: str = ""
    caption: str = ""

    @rx.event
    @door(reads=True, per_minute=60)
    async def draw(self) -> None:
        """Walk anew and draw it. The drawing takes a while, so it happens in a thread."""
        places, now = walk(np.random.default_rng()), datetime.now(UTC)
        svg = await drawn(network_of(this_visit().ip), lambda: plot(places, f"Walked at {now:%H:%M:%S} UTC"))
        self.picture = f"data:image/svg+xml;base64,{b64encode(svg).decode()}"
        self.caption = f"{STEPS} steps, ending at {places[-1]}"


def page() -> rx.Component:
    """Draw the picture and the button for the next one."""
    picture = rx.el.img(src=PlotState.picture, alt=f"A random walk: {PlotState.caption}", class_name="picture")
    return rx.el.figure(
        rx.cond(PlotState.picture != "", picture, skeleton(320)),
        rx.el.figcaption(PlotState.caption, class_name="muted small"),
        rx.el.button("Walk again", on_click=PlotState.draw, class_name="btn", type="button"),
        class_name="stack",
    )


LESSON = Lesson(
    "plot",
    "A plot for each visit",
    "A handler that runs when the page is opened makes the plot, in a thread, because everybody else must not wait for it. The picture is a variable of the state.",
    draw=page,
    load=(PlotState.draw,),
)
