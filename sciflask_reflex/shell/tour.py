"""The guided tour: pages hand over (element, title, sentence); this module knows how to walk, and knows no page.

A tour that starts by itself must never stand in the way: its first stop sits in a corner, without an overlay.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx
import reflex_react_joyride as joyride
from pydantic import BaseModel, Field

from sciflask_reflex.gate import door
from sciflask_reflex.shell.escape import tour_escape


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of a tour: what it points at (a CSS selector), a title and a sentence."""

    target: str
    title: str
    sentence: str


TOURS = ("upload", "analyse", "waiting", "result", "profile")
"""The tours of the site's own pages, to which features may add stops."""
_added: dict[str, list[Stop]] = {}


def add(name: str, *stops: Stop) -> None:
    """Let a tour of the site stop at more places, at its end. The same stop again changes nothing."""
    known = _added.setdefault(name, [])
    known.extend(stop for stop in stops if stop not in known)


class TourName(BaseModel):
    """Which tour is meant."""

    name: str = Field(pattern=r"^[a-z]{1,32}$")


class TourEnd(BaseModel):
    """What the browser says when a tour ends; nothing of it is used."""

    event: dict[str, Any]


class TourState(rx.State):
    """Which tour is walking in this tab, and which ones this browser has seen."""

    running: str = ""
    seen: str = rx.LocalStorage("[]", name="sciflask_tours")

    @rx.event
    @door(needs="anyone", payload=TourName, reads=True)
    async def begin(self, name: str) -> None:
        """Walk a tour because the person asked for it."""
        self.running = name
        self._remember(name)

    @rx.event
    @door(needs="anyone", payload=TourName, reads=True)
    async def begin_if_new(self, name: str) -> None:
        """Walk a tour by itself the first time that this browser meets it; a page opened again is quiet."""
        self.running = "" if name in self._seen() else name
        self._remember(name)

    @rx.event
    @door(needs="anyone", payload=TourEnd, reads=True)
    async def end(self, event: dict[str, Any]) -> None:
        """Stop walking."""
        self.running = ""

    def _seen(self) -> list[str]:
        """Read what the browser remembers; what it sends is not to be trusted."""
        try:
            names = json.loads(self.seen)
        except (ValueError, RecursionError):
            return []
        return [str(name)[:32] for name in names[:50]] if isinstance(names, list) else []

    def _remember(self, name: str) -> None:
        self.seen = json.dumps(sorted({*self._seen(), name}))


OPTIONS = joyride.TourOptions(
    skip_beacon=True,
    show_progress=True,
    primary_color="#0b7a70",
    background_color="var(--card)",
    arrow_color="var(--card)",
    text_color="var(--ink)",
    overlay_color="rgb(0 0 0 / 0.45)",
    spotlight_radius=8,
    width=340,
    z_index=70,
    overlay_click_action=False,
    close_button_action="skip",
    dismiss_key_action=False,
    disable_focus_trap=True,
    buttons=["skip", "back", "close", "primary"],
)


def tour_button(name: str | rx.Var[str]) -> rx.Component:
    """Draw the question mark that starts the tour of a page again."""
    return rx.el.button(
        rx.icon("circle-help", size=18),
        on_click=TourState.begin(name),
        class_name="icon-btn",
        type="button",
        custom_attrs={"aria-label": "Take the tour"},
    )


def tour(name: str, stops: Sequence[Stop]) -> rx.Component:
    """Place a tour on a page."""
    first, *rest = (*stops, *_added.get(name, ()))
    steps = [
        joyride.Step(
            target=f"#tour-start-{name}",
            title=first.title,
            content=first.sentence,
            placement="top-end",
            is_fixed=True,
            hide_overlay=True,
            skip_scroll=True,
            floating_options={"hide_arrow": True},
        ),
        *[joyride.Step(target=stop.target, title=stop.title, content=stop.sentence, scroll_offset=100) for stop in rest],
    ]
    return rx.fragment(
        rx.el.div(id=f"tour-start-{name}", style={"position": "fixed", "right": "16px", "bottom": "8px", "width": "1px", "height": "1px"}),
        tour_escape(tour=name, active=TourState.running == name),
        joyride.joyride(
            tour_id=name,
            run=TourState.running == name,
            continuous=True,
            steps=steps,
            options=OPTIONS,
            locale=joyride.Locale(last="Done", skip="Skip the tour"),
            on_tour_end=TourState.end,
        ),
    )
