"""Every kind of input that a tool may ask for. Each says its own rules, and how large a file of it is."""

from collections.abc import Mapping
from typing import Any

from pipeline.toolkit.archives import Archive
from pipeline.toolkit.curves import CurveTable
from pipeline.toolkit.inputs import SampleTable
from pipeline.toolkit.textfiles import TextFile

INPUT_KINDS: tuple[Any, ...] = (SampleTable, CurveTable, TextFile, Archive)
BY_NAME: dict[str, Any] = {kind.kind: kind for kind in INPUT_KINDS}


def kind_of(facts: Mapping[str, Any]) -> Any:
    """Return the kind of a file by what its check measured."""
    return BY_NAME[facts.get("kind") or SampleTable.kind]


def extent(facts: Mapping[str, Any]) -> str:
    """Say how large a checked file is, as its kind counts; nothing when that is not known."""
    return kind_of(facts).extent(facts) if facts.get("rows") is not None else ""


__all__ = ["BY_NAME", "INPUT_KINDS", "Archive", "CurveTable", "SampleTable", "TextFile", "extent", "kind_of"]
