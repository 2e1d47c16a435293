"""A picture with an address of its own: random numbers as a heatmap, which a seed makes repeatable."""

import secrets
from collections.abc import Mapping
from io import BytesIO

import numpy as np
import reflex as rx
from pydantic import BaseModel, Field, ValidationError
from starlette.responses import Response

from sciflask_reflex.errors import Invalid
from sciflask_reflex.gallery.answering import answering
from sciflask_reflex.gallery.lesson import PREFIX, Lesson
from sciflask_reflex.gate import door
from sciflask_reflex.shell.feedback import note

RULE = "The seed is a whole number from 0 to 4,294,967,295. Change it in the address, or leave it out."


class Seed(BaseModel):
    """What the address may hold."""

    seed: int = Field(ge=0, le=2**32 - 1)


def seed_of(query: Mapping[str, str]) -> int:
    """Return the seed of an address, or a new one where it names none; raises Invalid."""
    if "seed" not in query:
        return secrets.randbelow(1_000_000)
    try:
        return Seed.model_validate({"seed": query["seed"]}).seed
    except ValidationError:
        raise Invalid(RULE) from None


def heatmap(seed: int) -> bytes:
    """Draw 12 × 18 normal numbers, always on 640 × 440 pixels. The same seed gives the same picture."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.4), dpi=100, layout="constrained")
    axes = figure.add_subplot(xlabel="Column", ylabel="Row")
    values = np.random.default_rng(seed).normal(size=(12, 18))
    figure.colorbar(axes.imshow(values, cmap="RdBu_r", vmin=-3, vmax=3, aspect="auto"), label="Value")
    picture = BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


def heatmap_png(query: Mapping[str, str]) -> Response:
    """Answer with the picture itself."""
    return Response(heatmap(seed_of(query)), media_type="image/png")


class HeatmapState(rx.State):
    """Which picture is shown."""

    seed: str = ""
    fault: str = ""

    @rx.event
    @door(reads=True)
    async def load(self) -> None:
        """Take the seed from the address; without one, it is a new one."""
        self.seed, self.fault = "", ""
        try:
            self.seed = str(seed_of(self.router.url.query_parameters))
        except Invalid as refusal:
            self.fault = refusal.sentence

    @rx.event
    @door(reads=True, per_minute=60)
    async def another(self) -> None:
        """Take another seed."""
        self.seed, self.fault = str(seed_of({})), ""


def page() -> rx.Component:
    """Draw the picture from its own address, and the link that repeats it."""
    seed = HeatmapState.seed
    picture = rx.el.figure(
        rx.el.img(
            src=f"{PREFIX}/heatmap.png?seed={seed}", alt=f"Heatmap of 12 × 18 random numbers, seed {seed}", width="640", height="440",
            class_name="picture",
        ),
        rx.el.figcaption("Seed ", seed, " · ", rx.link("this one again", href=f"{PREFIX}/heatmap?seed={seed}"), class_name="muted small"),
        class_name="stack s",
    )  # fmt: skip
    return rx.el.div(
        rx.cond(HeatmapState.fault != "", note("error", HeatmapState.fault, role="alert")),
        rx.cond(seed != "", picture),
        rx.el.button("Another one", on_click=HeatmapState.another, class_name="btn", type="button"),
        class_name="stack",
    )


LESSON = Lesson(
    "heatmap",
    "A random heatmap",
    "A route answers with a picture that is made for whoever asks and kept by nobody. Its seed stands in the address, so that chance can be repeated.",
    draw=page,
    load=(HeatmapState.load,),
    routes=(answering("/heatmap.png", heatmap_png),),
)
