"""Where the parts of a feature end up: its pages and routes at whole addresses, the rest with the frame that draws it."""

from collections.abc import Iterable
from copy import copy
from dataclasses import replace

from starlette.routing import BaseRoute, Route, compile_path

from sciflask_reflex.analyses import tool_views
from sciflask_reflex.feature.check import packages
from sciflask_reflex.feature.declare import Feature, Page
from sciflask_reflex.http.asgi import SAFE_METHODS, ASGIApp, Receive, Scope, Send, refuse
from sciflask_reflex.http.origin import ours
from sciflask_reflex.http.posting import FOREIGN
from sciflask_reflex.identity.internals import OURS
from sciflask_reflex.shell import places, tour


def pages_of(features: Iterable[Feature]) -> tuple[Page, ...]:
    """Return every page at its whole address."""
    return tuple(replace(page, path=feature.prefix + page.path or "/") for feature in features for page in feature.pages)


def routes_of(features: Iterable[Feature]) -> list[BaseRoute]:
    """Return every route at its whole address. What changes something is refused when it comes from another site."""
    return [_placed(feature.prefix, route) for feature in features for route in feature.routes]


def _placed(prefix: str, route: BaseRoute) -> BaseRoute:
    if not prefix or not isinstance(route, Route):
        return route
    placed = copy(route)
    placed.path = prefix + route.path
    placed.path_regex, placed.path_format, placed.param_convertors = compile_path(placed.path)
    placed.app = _from_here(route.app)
    return placed


def _from_here(app: ASGIApp) -> ASGIApp:
    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in SAFE_METHODS and not ours(scope):
            await refuse(scope, receive, send, 403, FOREIGN)
            return
        await app(scope, receive, send)

    return asked


def furnish(features: Iterable[Feature]) -> None:
    """Give the frame what features add to it: links, stops of tours, views of results. Goes before any page is drawn.

    The gate learns of the packages that they are from: it asks of their handlers what it asks of ours.
    """
    features = list(features)
    OURS.update(packages(features))
    for feature in features:
        places.add(*(replace(link, path=feature.prefix + link.path) for link in feature.navigation))
        for name, stops in feature.tour.items():
            tour.add(name, *stops)
        for slug, view in feature.views.items():
            tool_views.register(slug, view)
