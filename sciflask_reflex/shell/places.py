"""Where the frame has room for links that features add: in the bar, among the person's own, among administration's, at the foot."""

from dataclasses import dataclass
from typing import Literal

import reflex as rx

from sciflask_reflex.gate import Needs
from sciflask_reflex.identity.state import SessionState

Place = Literal["sections", "person", "administration", "foot"]


@dataclass(frozen=True, slots=True)
class NavLink:
    """One link in the frame. ``path`` is relative to the prefix of the feature that adds it.

    ``needs`` says who is shown the link; what it leads to is guarded by the gate, not by being hard to find.
    """

    title: str
    path: str = ""
    place: Place = "sections"
    needs: Needs = "anyone"


_added: list[NavLink] = []


def add(*links: NavLink) -> None:
    """Give the frame links, with whole addresses as paths. A page that is drawn later has them; the same link again changes nothing."""
    _added.extend(link for link in links if link not in _added)


def links(place: Place) -> tuple[NavLink, ...]:
    """Return what was added at a place, in the order of the features."""
    return tuple(link for link in _added if link.place == place)


def only_for(needs: Needs, component: rx.Component) -> rx.Component:
    """Return a component that is there for those alone who are at least what ``needs`` says."""
    match needs:
        case "anyone":
            return component
        case "owner":
            return rx.cond(SessionState.signed_in | SessionState.is_guest, component)
        case "user":
            return rx.cond(SessionState.signed_in, component)
        case "admin":
            return rx.cond(SessionState.is_admin, component)
