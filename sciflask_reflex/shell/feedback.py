"""How the site answers: notes, pills, empty and loading states, progress."""

from typing import Any

import reflex as rx

ICONS = {"error": "circle-x", "warning": "triangle-alert", "info": "info", "ok": "circle-check"}


def note(tone: str | rx.Var[str], *children: Any, role: str = "") -> rx.Component:
    """Draw a sentence with an icon that says how serious it is. The first child is the text, others stand at the end."""
    icon = (
        rx.icon(ICONS[tone], size=18)
        if isinstance(tone, str)
        else rx.match(tone, *[(name, rx.icon(icon, size=18)) for name, icon in ICONS.items()], rx.icon("info", size=18))
    )
    attrs = {"role": role} if role else {}
    return rx.el.div(icon, rx.el.div(children[0], class_name="body"), *children[1:], class_name=f"note {tone}", custom_attrs=attrs)


STATUS_WORDS = {
    "queued": ("Queued", "clock"),
    "running": ("Running", "loader-circle"),
    "cancelling": ("Cancelling", "loader-circle"),
    "done": ("Done", "circle-check"),
    "failed": ("Failed", "circle-x"),
    "cancelled": ("Cancelled", "ban"),
}


def status_pill(status: rx.Var[str]) -> rx.Component:
    """Draw a status as an icon and a word."""
    cases = [
        (name, rx.fragment(rx.icon(icon, size=14, class_name="spin" if icon == "loader-circle" else ""), word))
        for name, (word, icon) in STATUS_WORDS.items()
    ]
    return rx.el.span(rx.match(status, *cases, rx.fragment(status)), class_name=f"pill {status}")


def progress(fraction: rx.Var[float], label: str | rx.Var[str], *, thin: bool = False) -> rx.Component:
    """Draw how far something is, from 0 to 1."""
    percent = (fraction * 100) // 1
    return rx.el.div(
        rx.el.i(style={"width": f"{percent}%"}),
        class_name="track thin" if thin else "track",
        role="progressbar",
        custom_attrs={"aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": percent, "aria-label": label},
    )


def empty(sentence: str, *actions: rx.Component) -> rx.Component:
    """Say that there is nothing yet, and what to do about it."""
    return rx.el.div(rx.el.p(sentence), rx.el.div(*actions, class_name="actions"), class_name="empty")


def skeleton(*heights: int) -> rx.Component:
    """Keep the layout while something loads."""
    return rx.el.div(
        *[rx.el.div(class_name="skeleton", style={"height": f"{height}px"}) for height in heights],
        class_name="stack",
        custom_attrs={"aria-busy": "true", "aria-label": "Loading"},
    )


def button_link(text: str, href: str | rx.Var[str], *, icon: str = "", kind: str = "") -> rx.Component:
    """Draw a link that looks like a button."""
    return rx.link(rx.icon(icon, size=16) if icon else rx.fragment(), text, href=href, class_name=f"btn {kind}".strip(), underline="none")
