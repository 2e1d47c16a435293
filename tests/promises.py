"""What a feature's own tests say of it for the tables of the whole site, so that adding one means writing in one place.

A feature keeps it in ``tests/sciflask_reflex/<feature>/promises.py``, under the name ``PROMISES``. It is said a second time, by hand,
on purpose: a door that opens wider than was meant fails the tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "sciflask_reflex"


@dataclass(frozen=True)
class Promises:
    """Who may do what in a feature, and where its pages are looked at."""

    doors: Mapping[tuple[str, bool], str] = field(default_factory=dict)
    """Handlers by (the least that somebody must be, whether it changes nothing), as in ``test_doors``."""
    arguments: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """Well-formed arguments of each handler that takes any."""
    routes: Mapping[str, str] = field(default_factory=dict)
    """HTTP routes by kind, as in ``test_routes``."""
    places: Mapping[str, str] = field(default_factory=dict)
    """What to put into the braces of those routes."""
    browser: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Which addresses are read in a browser, as whom, as in ``browser/test_every_page``: each page at least once."""


@cache
def all_promises() -> tuple[Promises, ...]:
    """Return those of every feature."""
    files = sorted(FOLDER.glob("*/promises.py"))
    return tuple(import_module(f"tests.sciflask_reflex.{path.parent.name}.promises").PROMISES for path in files)
