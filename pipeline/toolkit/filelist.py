"""Inputs that take several files: the type that stands for them in a signature, and how it is read there."""

import collections.abc
from typing import Any, TypeVar, get_args, get_origin

from pipeline.toolkit.annotations import name_in_words
from pipeline.toolkit.errors import ToolDefinitionError
from pipeline.toolkit.inputs import Input
from pipeline.toolkit.kinds import INPUT_KINDS
from pipeline.toolkit.textfiles import TextFile
from pipeline.toolkit.tool import InputSlot

T = TypeVar("T")
USUAL_MOST = 20
MOST_FILES = 100
"""No input takes more: a page has to list them, and a check to read them."""
SERIES = (list, tuple, set, frozenset, collections.abc.Sequence, collections.abc.Iterable)


class FileList(tuple[T, ...]):
    """Several files of one kind, in the person's order: ``FileList[CurveTable]``; without a kind, of texts."""

    __slots__ = ()


def slot_of(name: str, bare: Any, meta: Input | None, *, required: bool, where: str, documented: str = "") -> InputSlot | None:
    """Return the input that an argument of this type stands for; None when it is no input.

    Raises:
        ToolDefinitionError: If it nearly is one; names the parameter and the cure.
    """
    repeated = bare is FileList or get_origin(bare) is FileList
    kind = _element(bare, where) if repeated else bare
    if kind not in INPUT_KINDS:
        _refuse_series(bare, where)
        return None
    meta = meta or Input()
    title = meta.title or name_in_words(name)
    least, most = _bounds(meta, where) if repeated else _one(meta, kind, where)
    return InputSlot(name, kind, title, meta.help or documented, required, meta.type_title, meta.type_example, repeated, least, most)


def _element(bare: Any, where: str) -> Any:
    if bare is FileList:
        return TextFile
    (kind,) = get_args(bare) if len(get_args(bare)) == 1 else (None,)
    if kind not in INPUT_KINDS:
        known = ", ".join(one.__name__ for one in INPUT_KINDS)
        message = f"{where}: {bare!r} is no list of files. Write FileList[...] with one of {known}."
        raise ToolDefinitionError(message)
    return kind


def _bounds(meta: Input, where: str) -> tuple[int, int]:
    least = 1 if meta.at_least is None else meta.at_least
    most = max(USUAL_MOST, least) if meta.at_most is None else meta.at_most
    if least < 1:
        message = f"{where}: at_least={least} allows nothing. Write 1 or more; an input that may stay empty ends in `| None = None`."
        raise ToolDefinitionError(message)
    if most < least:
        message = f"{where}: at_most={most} is less than at_least={least}. Change one of them."
        raise ToolDefinitionError(message)
    if most > MOST_FILES:
        message = f"{where}: at_most={most} is more than the {MOST_FILES} files that an input may take. Lower it, or ask for an Archive."
        raise ToolDefinitionError(message)
    return least, most


def _one(meta: Input, kind: Any, where: str) -> tuple[int, int]:
    if meta.at_least is not None or meta.at_most is not None:
        message = f"{where}: at_least and at_most are for several files. Write FileList[{kind.__name__}], or leave them out."
        raise ToolDefinitionError(message)
    return 1, 1


def _refuse_series(bare: Any, where: str) -> None:
    """Name the cure for the slip that lies nearest: a list of a kind."""
    if get_origin(bare) in SERIES and (found := [one for one in get_args(bare) if one in INPUT_KINDS]):
        message = f"{where}: several files are no {bare!r}. Write FileList[{found[0].__name__}]."
        raise ToolDefinitionError(message)
