"""Whether features hold together, each in itself and all of them beside each other. Asked at start-up, before anything is drawn."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_args

from reflex_base.event import EventHandler, EventSpec
from starlette.routing import Route
from starlette_admin.views import BaseView

from pipeline import tools
from sciflask_reflex import routes
from sciflask_reflex.feature.declare import Feature, FeatureError, Page
from sciflask_reflex.gate import Needs, rule_of
from sciflask_reflex.shell.places import Place
from sciflask_reflex.shell.tour import TOURS

NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
PREFIX = re.compile(r"(/[a-z][a-z0-9]*(-[a-z0-9]+)*)+")
PATH = re.compile(r"(/([a-z0-9]+([._-][a-z0-9]+)*|\[[a-z][a-z0-9_]*\]))*")


def check(features: Sequence[Feature]) -> None:
    """Accept the features, or raise FeatureError with all that is wrong: which feature, which part of it, and the cure."""
    faults = [*_each(features), *_together(features)]
    if faults:
        raise FeatureError("\n".join(faults))


def packages(features: Iterable[Feature]) -> set[str]:
    """Return the top-level packages that the features come from: every handler in them needs a rule of the gate."""
    parts = [part for feature in features for part in (*(page.draw for page in feature.pages), *map(_function, _loads(feature)))]
    return {getattr(part, "__module__", "").partition(".")[0] for part in parts} - {""}


def _loads(feature: Feature) -> Iterator[Any]:
    for page in feature.pages:
        yield from page.load


def _function(load: Any) -> Any:
    handler = load.handler if isinstance(load, EventSpec) else load
    return handler.fn if isinstance(handler, EventHandler) else None


def _each(features: Sequence[Feature]) -> Iterator[str]:
    for feature in features:
        where = f"Feature {feature.name!r}"
        if not NAME.fullmatch(feature.name):
            yield f"{where}: a name is made of lower-case words joined by hyphens or underscores. Choose another one."
        if feature.prefix and not PREFIX.fullmatch(feature.prefix):
            yield f"{where}: the prefix {feature.prefix!r} is no address. Write it as '/{feature.name}'."
        for page in feature.pages:
            yield from (f"{where}, page {page.path!r}: {fault}" for fault in _page(feature, page))
        for route in feature.routes if feature.prefix else ():
            yield from (f"{where}, route {getattr(route, 'path', route)!r}: {fault}" for fault in _route(feature, route))
        yield from (f"{where}: {fault}" for fault in (*_links(feature), *_stops(feature), *_views(feature)))


def _path(feature: Feature, path: str) -> Iterator[str]:
    if feature.prefix and (path == feature.prefix or path.startswith(f"{feature.prefix}/")):
        yield f"the path is relative to the prefix. Write {path.removeprefix(feature.prefix)!r}."


def _page(feature: Feature, page: Page) -> Iterator[str]:
    yield from _path(feature, page.path)
    if feature.prefix and not PATH.fullmatch(page.path):
        yield f"the path leads outside of {feature.prefix!r}. Begin it with a slash, as in '/more' or '/[number]'; '' is the prefix itself."
    if not page.title.strip():
        yield "it has no title. Give it one: tabs, bookmarks and screen readers tell pages apart by it."
    if not callable(page.draw):
        yield "nothing draws it. Give it a function that returns a component."
    for load in page.load:
        handler = _function(load)
        if handler is None:
            yield f"{load!r} is no handler. Name a method of a State that has @rx.event."
        elif rule_of(handler) is None:
            yield f"{handler.__qualname__} can be called by anybody. Put @door(...) under its @rx.event."


def _route(feature: Feature, route: Any) -> Iterator[str]:
    if not isinstance(route, Route):
        yield "only starlette.routing.Route can be placed below a prefix. Write each address as a Route."
        return
    yield from _path(feature, route.path)
    if not route.path.startswith("/") or ".." in route.path:
        yield f"the path leads outside of {feature.prefix!r}. Begin it with a slash, as in '/picture.png'."
    if route.path in {page.path for page in feature.pages}:
        yield "a page has this path already. Choose another one."


def _links(feature: Feature) -> Iterator[str]:
    known = {page.path for page in feature.pages}
    for link in feature.navigation:
        if link.path not in known:
            yield f"the link {link.title!r} leads to {link.path!r}, which is no page of the feature. Use the path of one of its pages."
        if link.place not in get_args(Place) or link.needs not in get_args(Needs):
            yield f"the link {link.title!r} is {link.needs!r} at {link.place!r}. Places are {_or(Place)}; roles are {_or(Needs)}."


def _stops(feature: Feature) -> Iterator[str]:
    for name in feature.tour.keys() - set(TOURS):
        yield f"there is no tour {name!r}. Add stops to one of {', '.join(TOURS)}, or give your page a tour of its own in page_frame."


def _views(feature: Feature) -> Iterator[str]:
    for slug in feature.views.keys() - tools().keys():
        yield f"there is no tool {slug!r} that could have a view. The tools are {', '.join(tools())}."
    for view in feature.admin_views:
        if not (isinstance(view, type) and issubclass(view, BaseView)):
            yield f"{view!r} is no view of the panel. Derive it from sciflask_reflex.admin.shelf.Shelf."


def _or(words: Any) -> str:
    return ", ".join(get_args(words))


def _together(features: Sequence[Feature]) -> Iterator[str]:
    yield from _twice("name", [(f"Feature {feature.name!r}", feature.name) for feature in features])
    yield from _twice("title", [(f"Feature {each.name!r}, page {page.path!r}", page.title) for each in features for page in each.pages])
    yield from _twice("view for the tool", [(f"Feature {each.name!r}", slug) for each in features for slug in each.views])
    yield from _twice(
        "address", [(f"Feature {each.name!r}, page {page.path!r}", each.prefix + page.path) for each in features for page in each.pages]
    )
    site = routes.kept()
    placed = [feature for feature in features if feature.prefix]
    for number, feature in enumerate(placed):
        near = next((other for other in placed[:number] if _overlap(other.prefix, feature.prefix)), None)
        owner = "the site" if feature.prefix.removeprefix("/").partition("/")[0] in site else near and f"feature {near.name!r}"
        if owner:
            yield f"Feature {feature.name!r}: the prefix {feature.prefix!r} is taken by {owner}. Choose another one."


def _overlap(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _twice(what: str, named: list[tuple[str, str]]) -> Iterator[str]:
    first: dict[str, str] = {}
    for where, value in named:
        if value in first:
            yield f"{where}: the {what} {value!r} is taken by {first[value]}. Choose another one."
        first.setdefault(value, where)
