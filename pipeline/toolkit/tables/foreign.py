"""Libraries that read formats of others, and what they raise on files that are not what they say."""

from types import TracebackType
from typing import Self

PANIC = "PanicException"
"""How a library in Rust says that it met what it thought impossible; no ordinary exception, and nowhere to import from."""


class UnsoundFile(Exception):
    """Raised when a library cannot make sense of a file."""


class unsound:  # noqa: N801 - reads as a word: with unsound(CalamineError)
    """Turn what a library raises about a file into ``UnsoundFile``; anything else passes."""

    def __init__(self, *kinds: type[Exception]) -> None:
        self._kinds = kinds

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None or issubclass(kind, MemoryError | UnsoundFile):
            return
        if issubclass(kind, self._kinds) or kind.__name__ == PANIC:
            raise UnsoundFile(str(fault)) from fault
