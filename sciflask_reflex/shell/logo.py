"""The mark: a small correlation matrix."""

import reflex as rx

CELLS = ((0, 0, 1.0), (1, 0, 0.35), (2, 0, 0.15), (0, 1, 0.35), (1, 1, 1.0), (2, 1, 0.6), (0, 2, 0.15), (1, 2, 0.6), (2, 2, 1.0))


def logo(size: int = 24) -> rx.Component:
    """Draw the mark, hidden from screen readers."""
    cells = [
        rx.el.svg.rect(
            x=f"{1 + 7.6 * x:.1f}",
            y=f"{1 + 7.6 * y:.1f}",
            width="6.6",
            height="6.6",
            rx="1.6",
            custom_attrs={"fill": "#12a594", "opacity": str(tone)},
        )
        for x, y, tone in CELLS
    ]
    return rx.el.svg(*cells, view_box="0 0 24 24", width=str(size), height=str(size), custom_attrs={"aria-hidden": "true"})
