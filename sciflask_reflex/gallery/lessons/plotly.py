"""Interactive plots in two and three dimensions; the address says which."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import reflex as rx
from starlette.responses import JSONResponse

from sciflask_reflex.gallery.answering import answering
from sciflask_reflex.gallery.lesson import PREFIX, Lesson
from sciflask_reflex.gate import door
from sciflask_reflex.shell.feedback import note
from sciflask_reflex.shell.figure import remote_figure

KNOWN = ("2d", "3d")
COLOURS = {0.05: "#0072b2", 0.2: "#e69f00", 0.5: "#009e73"}


def two_dimensions(query: Mapping[str, str]) -> JSONResponse:
    """Return an oscillation that dies away, for three strengths of damping."""
    time = np.linspace(0, 20, 400).round(3)
    curves = {damping: (np.exp(-damping * time) * np.cos(2 * time)).round(4) for damping in COLOURS}
    traces = [
        {"type": "scatter", "mode": "lines", "name": f"damping {damping}", "x": time.tolist(), "y": curve.tolist(), "line": {"color": COLOURS[damping]}}
        for damping, curve in curves.items()
    ]  # fmt: skip
    axes = {"xaxis": {"title": {"text": "Time (s)"}}, "yaxis": {"title": {"text": "Displacement"}}}
    return JSONResponse(
        {"data": traces, "layout": axes | {"height": 420, "margin": {"t": 16, "r": 16}, "legend": {"orientation": "h", "y": -0.2}}}
    )


def three_dimensions(query: Mapping[str, str]) -> JSONResponse:
    """Return a wave on the water: sin(r) / r over a plane."""
    side = np.linspace(-12, 12, 61)
    radius = np.hypot(*np.meshgrid(side, side))
    surface: dict[str, Any] = {"type": "surface", "x": side.tolist(), "y": side.tolist(), "z": np.sinc(radius / np.pi).round(4).tolist()}
    camera = {"eye": {"x": 1.4, "y": 1.4, "z": 1}, "center": {"x": 0, "y": 0, "z": -0.2}}
    scene = {f"{name}axis": {"title": {"text": name}} for name in "xyz"} | {"camera": camera, "aspectratio": {"x": 1, "y": 1, "z": 0.7}}
    layout = {"height": 480, "scene": scene, "margin": {"l": 0, "r": 0, "t": 0, "b": 0}}
    return JSONResponse({"data": [surface | {"colorscale": "Viridis", "showscale": False}], "layout": layout})


class PlotlyState(rx.State):
    """Which plot the address asks for."""

    shown: str = ""
    fault: str = ""

    @rx.event
    @door(reads=True)
    async def load(self) -> None:
        """Read ``dimensions`` from the address."""
        asked = str(getattr(self, "dimensions", ""))
        self.shown = asked if asked in KNOWN else ""
        self.fault = "" if self.shown else f"There is no plot called “{asked[:40]}” here. There are two: 2d and 3d."


def _link(name: str, title: str) -> rx.Component:
    current = {"aria-current": rx.cond(PlotlyState.shown == name, "page", "false")}
    look = rx.cond(PlotlyState.shown == name, "btn on", "btn")
    return rx.link(title, href=f"{PREFIX}/plotly/{name}", class_name=look, underline="none", custom_attrs=current)


def page() -> rx.Component:
    """Draw the plot; the browser fetches its numbers, and only then the library that draws them."""
    flat = remote_figure(src=f"{PREFIX}/plotly/2d.json", label="Damped oscillations")
    solid = remote_figure(src=f"{PREFIX}/plotly/3d.json", label="A wave in three dimensions", in_space=True)
    names = (("2d", "Two dimensions"), ("3d", "Three dimensions"))
    return rx.el.div(
        rx.el.nav(*[_link(name, title) for name, title in names], class_name="row", custom_attrs={"aria-label": "Plots"}),
        rx.cond(PlotlyState.fault != "", note("error", PlotlyState.fault, role="alert")),
        rx.match(PlotlyState.shown, ("2d", flat), ("3d", solid), rx.fragment()),
        class_name="stack",
    )


LESSON = Lesson(
    "plotly",
    "Plots that answer to the mouse",
    "A plot is fetched as numbers and drawn in the browser, where it can be turned, zoomed and asked. A part of the address chooses among those that exist.",
    draw=page,
    load=(PlotlyState.load,),
    routes=(answering("/plotly/2d.json", two_dimensions), answering("/plotly/3d.json", three_dimensions)),
    place="[dimensions]",
    example="/2d",
)
