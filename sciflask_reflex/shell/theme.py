"""The one place that knows Radix' theme and the site's style sheet. Tokens are in ``assets/site.css``."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.settings import settings

STYLESHEETS = ["/site.css"]


def head() -> list[rx.Component]:
    """Return what the head of every page holds: the operator's colours, where there are any. They are served, not built in."""
    chosen = settings().imprint.file.colours
    if not chosen.accent and not chosen.accent_dark:
        return []
    return [rx.el.link(rel="stylesheet", href=routes.SITE_COLOURS)]


def theme() -> rx.Component:
    """Return the theme of every page: teal for action and focus, slate for everything else."""
    return rx.theme(accent_color="teal", gray_color="slate", radius="medium", has_background=False)
