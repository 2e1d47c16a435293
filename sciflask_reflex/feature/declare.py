"""What a feature says about itself. Everything in it is relative to its prefix, so that it can be moved by changing one word."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import reflex as rx
from starlette.routing import BaseRoute
from starlette_admin.views import BaseView

from sciflask_reflex.analyses.tool_views import Draw, ToolView
from sciflask_reflex.shell.places import NavLink
from sciflask_reflex.shell.tour import Stop


class FeatureError(Exception):
    """A feature does not hold together. The sentence names the feature, the part of it, and the cure."""


@dataclass(frozen=True)
class Page:
    """One page: its path below the prefix, what draws it, its title, and the handlers that load it.

    The path is "" for the prefix itself, else it begins with a slash; ``[name]`` in it is a place that the handlers find as ``self.name``.
    """

    path: str
    draw: Callable[[], rx.Component]
    title: str
    load: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Feature:
    """A part of the site that is added in one line of the composition root, or by the entry-point group ``sciflask.features``."""

    name: str
    prefix: str
    """Where it lives, such as ``/gallery``. Nothing else may live there."""
    pages: tuple[Page, ...] = ()
    routes: tuple[BaseRoute, ...] = ()
    """Starlette routes for what is no page: pictures, files, forms. Their paths are below the prefix, as those of pages."""
    navigation: tuple[NavLink, ...] = ()
    tour: Mapping[str, tuple[Stop, ...]] = field(default_factory=dict)
    """Stops added at the end of the site's own tours, by the name of the tour. A page of the feature names its own tour in its frame."""
    admin_views: tuple[type[BaseView], ...] = ()
    views: Mapping[str, Draw | ToolView] = field(default_factory=dict)
    """What is drawn on the result pages of tools, by the tool's slug."""
    lifespan: tuple[Callable[..., Any], ...] = ()
    """Tasks that run as long as a web process does."""
