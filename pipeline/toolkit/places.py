"""Where a file of a study stands: at an input, and among the input's files when it takes several.

Files travel by place: ``dataset1`` is the one file of that input, ``curves.2`` the second file of an input that takes several.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.toolkit.errors import ToolError

if TYPE_CHECKING:
    from pipeline.toolkit.tool import Tool

T = TypeVar("T")
BETWEEN = "."


def place_of(slot: str, position: int = 0) -> str:
    """Return the place of the only file of an input (position 0), or of one of several, counted from 1."""
    return f"{slot}{BETWEEN}{position}" if position else slot


def slot_of(place: str) -> str:
    """Return the input of a place."""
    return place.partition(BETWEEN)[0]


def position_of(place: str) -> int:
    """Return the position of a place: 0 for the only file of an input, else from 1."""
    return int(place.partition(BETWEEN)[2] or 0)


def spread(tool: "Tool", given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given by input, several in a list, by place; what stands by place already stays."""
    repeated = {slot.name for slot in tool.inputs if slot.repeated}
    found: dict[str, Any] = {}
    for name, value in given.items():
        several = _is_series(value)
        if several or name in repeated:
            found |= {place_of(name, number): one for number, one in enumerate(value if several else [value], 1)}
        else:
            found[name] = value
    return found


def _is_series(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def gathered(tool: "Tool", values: Mapping[str, T]) -> dict[str, Any]:
    """Return values by input, as a function gets them: those of an input that takes several as a ``FileList`` in their order.

    Raises:
        ToolError: If an input has fewer or more files than it takes.
    """
    from pipeline.toolkit.filelist import FileList

    found: dict[str, Any] = {}
    for slot in tool.inputs:
        mine = [values[place] for place in sorted(values, key=position_of) if slot_of(place) == slot.name]
        if not mine:
            continue
        if fault := slot.count_fault(len(mine)):
            raise ToolError(fault)
        found[slot.name] = FileList(mine) if slot.repeated else mine[0]
    return found


def counts(places: Mapping[str, Any]) -> dict[str, int]:
    """Return how many files each input has."""
    slots = [slot_of(place) for place in places]
    return {slot: slots.count(slot) for slot in slots}
