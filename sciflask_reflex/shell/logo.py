"""The site's mark: the operator's logo, or a small correlation matrix in the site's colour."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.settings import settings

CELLS = ((0, 0, 1.0), (1, 0, 0.35), (2, 0, 0.15), (0, 1, 0.35), (1, 1, 1.0), (2, 1, 0.6), (0, 2, 0.15), (1, 2, 0.6), (2, 2, 1.0))


def brand() -> rx.Component:
    """Draw mark and name; a logo that holds the name is read out as the name."""
    name = settings().site_name
    if settings().imprint.file.logo.wordmark and settings().imprint.pictures:
        return logo(alt=name)
    return rx.fragment(logo(), rx.el.span(name))


def logo(size: int = 24, alt: str = "") -> rx.Component:
    """Draw the mark, hidden from screen readers unless it stands for words."""
    known = settings().imprint.pictures
    if "light" not in known:
        return _matrix(size)
    if "dark" not in known:
        return _picture(routes.SITE_LOGO, alt, "logo")
    return rx.fragment(_picture(routes.SITE_LOGO, alt, "logo on-light"), _picture(routes.SITE_LOGO_DARK, alt, "logo on-dark"))


def _picture(address: str, alt: str, class_name: str) -> rx.Component:
    return rx.el.img(src=address, alt=alt, class_name=class_name, height="28")


def _matrix(size: int) -> rx.Component:
    cells = [
        rx.el.svg.rect(
            x=f"{1 + 7.6 * x:.1f}",
            y=f"{1 + 7.6 * y:.1f}",
            width="6.6",
            height="6.6",
            rx="1.6",
            custom_attrs={"fill": "var(--accent-9)", "opacity": str(tone)},
        )
        for x, y, tone in CELLS
    ]
    return rx.el.svg(*cells, view_box="0 0 24 24", width=str(size), height=str(size), custom_attrs={"aria-hidden": "true"})
