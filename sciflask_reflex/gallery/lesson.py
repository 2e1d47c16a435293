"""What a lesson says about itself: where it is, what it teaches, what draws it."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import reflex as rx
from starlette.routing import Route

from sciflask_reflex.settings import ROOT

PREFIX = "/gallery"


@dataclass(frozen=True)
class Lesson:
    """One lesson. Its module is read by visitors, from the first line to the last."""

    slug: str
    title: str
    teaches: str
    """Two sentences."""
    draw: Callable[[], rx.Component]
    load: tuple[Any, ...] = ()
    """Handlers that run when the page is opened."""
    routes: tuple[Route, ...] = ()
    """What the lesson answers beside its page, below ``/gallery``."""
    place: str = ""
    """A part of the address that the lesson reads, such as ``[given]``; the handlers find it as ``self.given``."""
    example: str = ""
    """What follows the slug in the address that links lead to, such as ``/42``."""
    files: tuple[Path, ...] = ()
    """The source, where it is not only the module that draws the page."""

    @property
    def path(self) -> str:
        """Where the page is, below the prefix."""
        return f"/{self.slug}/{self.place}" if self.place else f"/{self.slug}"

    @property
    def href(self) -> str:
        """Where links to the lesson lead."""
        return f"{PREFIX}/{self.slug}{self.example}"

    @property
    def sources(self) -> tuple[Path, ...]:
        """The files that a visitor reads."""
        return self.files or (Path(inspect.getfile(self.draw)),)

    @property
    def tutorial(self) -> Path:
        """The lesson in words; not there where the manual was not installed."""
        return ROOT / "docs" / "gallery" / f"{self.slug}.md"


def beside(module: str, *names: str) -> tuple[Path, ...]:
    """Return files that lie beside a module."""
    return tuple(Path(module).with_name(name) for name in names)
