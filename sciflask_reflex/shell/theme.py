"""The one place that knows Radix' theme and the site's style sheet. Tokens are in ``assets/site.css``."""

import reflex as rx

STYLESHEETS = ["/site.css"]


def theme() -> rx.Component:
    """Return the theme of every page: teal for action and focus, slate for everything else."""
    return rx.theme(accent_color="teal", gray_color="slate", radius="medium", has_background=False)
