"""The few pieces of Markdown that made pages consist of."""

from collections.abc import Iterable, Sequence

NOTE = "*This page is made from the code when the manual is built.*"


def page(title: str, *parts: str) -> str:
    """Return a page that says where it comes from."""
    return "\n\n".join([f"# {title}", NOTE, *parts]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; what would end a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell(value) for value in line)} |" for line in lines)


def cell(value: object) -> str:
    """Return a value as the text of a cell."""
    return " ".join(str(value).replace("|", "\\|").split())


def code(value: object) -> str:
    """Return a value as code; nothing for nothing."""
    return f"`{value}`" if value not in ("", None) else ""


def definitions(entries: Iterable[tuple[str, str]]) -> str:
    """Return a list of names and what they are."""
    return "\n".join(f"* **{name}**: {words}" for name, words in entries)


def rst(text: str) -> str:
    """Return reStructuredText within Markdown."""
    return f"````{{eval-rst}}\n{text.rstrip()}\n````"
