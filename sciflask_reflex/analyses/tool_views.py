"""A tool's own view of its result, above what is derived from its outputs or in its place. It works on every page that shows a result."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import reflex as rx


@dataclass(frozen=True)
class Shown:
    """The result as a view may use it: everything is a Var, known when the page is looked at."""

    metrics: rx.Var[dict[str, str]]
    """The key numbers by name, as they are shown: ``metrics["samples"]``."""
    numbers: rx.Var[dict[str, float]]
    """The key numbers by name, to calculate with; those that are words are not in it."""
    parameters: rx.Var[dict[str, str]]
    """What was set, by the parameter's name, in the words of the form."""
    files: rx.Var[str]
    """Below which address the files of this result are, for whoever looks at it."""

    def file(self, name: str) -> rx.Var[str]:
        """Return the address of a file of the result, such as ``pairs.csv``; the right to read it is asked for there."""
        return self.files + f"/{name}"  # pyright: ignore[reportReturnType, reportOperatorIssue]


Draw = Callable[[Shown], rx.Component]


@dataclass(frozen=True, slots=True)
class ToolView:
    """What draws a result, and whether it stands above what is derived from the outputs, or in its place."""

    draw: Draw
    place: Literal["above", "instead"] = "above"


_views: dict[str, ToolView] = {}


def register(slug: str, view: Draw | ToolView) -> None:
    """Draw results of a tool by this view as well. One view for each tool: the last one counts."""
    _views[slug] = view if isinstance(view, ToolView) else ToolView(view)


def own_view(tool: rx.Var[str], shown: Shown, derived: rx.Component) -> rx.Component:
    """Return what is shown of a result: the tool's own view, and what is derived unless the view stands in its place."""
    if not _views:
        return derived
    own = rx.match(tool, *[(slug, view.draw(shown)) for slug, view in _views.items()], rx.fragment())
    instead = [(slug, rx.fragment()) for slug, view in _views.items() if view.place == "instead"]
    return rx.fragment(own, rx.match(tool, *instead, derived) if instead else derived)
