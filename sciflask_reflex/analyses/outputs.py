"""The outputs of a result as a page draws them: in their sections, each with what is drawn and what can be downloaded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from pipeline.toolkit.tool import WITHIN

BUTTONS = {"csv": "CSV", "png": "PNG", "svg": "SVG", "pdb": "PDB", "txt": "Text"}
DRAWN = (".json", ".tiles")
"""What the page draws has no button; it is in the list of files."""
TOP, DEEPEST = 2, 4
"""Levels of headings below the title of the page."""


@dataclass(frozen=True, slots=True)
class Download:
    """A button that downloads a file."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class TableView:
    """A stored table that is browsed page by page; its name is that of its file."""

    name: str
    title: str
    url: str
    reader: str = ""
    """What reads its rows, when they are too many for a CSV file."""
    packed: str = ""
    """One of the files that they lie in."""


@dataclass(frozen=True, slots=True)
class OutputView:
    """One output of a result, as the page draws it."""

    name: str
    kind: str
    title: str
    caption: str = ""
    size: str = ""
    level: int = TOP
    """Of its heading."""
    src: str = ""
    """What the browser fetches and draws."""
    about: str = ""
    """Names and weights of the models of a structure."""
    picture: str = ""
    """A still picture, for a figure without an interactive one."""
    tiles: str = ""
    """A figure to zoom into, in the place of the other two."""
    downloads: list[Download] = field(default_factory=list)
    tables: list[TableView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a section."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class SectionView:
    """Outputs that stand together; matrices are listed after the others, to be downloaded."""

    headings: list[Heading] = field(default_factory=list)
    outputs: list[OutputView] = field(default_factory=list)
    matrices: list[OutputView] = field(default_factory=list)


def sections_of(files: str, outputs: Iterable[Mapping[str, Any]]) -> list[SectionView]:
    """Return the outputs of a manifest in their sections, in the tool's order; ``files`` is where its files are found."""
    shown = [item for item in outputs if item["kind"] != "metrics"]
    found: list[SectionView] = []
    before: tuple[str, ...] = ()
    for title, members in groupby(shown, key=_section):
        path = tuple(title.split(WITHIN)) if title else ()
        views = [_output(files, item) for item in members]
        headings = list(_headings(path, before))
        if len(views) == 1 and headings and headings[-1].text == views[0].title:
            headings.pop()  # it would be said twice
            level = min(TOP + len(path) - 1, DEEPEST)
        else:
            level = min(TOP + len(path), DEEPEST)
        views = [replace(view, level=level) for view in views]
        matrices = [view for view in views if view.kind == "matrix"]
        found.append(SectionView(headings, [view for view in views if view.kind != "matrix"], matrices))
        before = path
    return found


def _section(item: Mapping[str, Any]) -> str:
    return item.get("section") or ("Matrices" if item["kind"] == "matrix" else "")


def _headings(path: tuple[str, ...], before: tuple[str, ...]) -> Iterator[Heading]:
    """Yield the headings that begin here: what the section before stood in is not said again."""
    same = 0
    while same < min(len(path), len(before)) and path[same] == before[same]:
        same += 1
    for depth in range(same, len(path)):
        yield Heading(path[depth], min(TOP + depth, DEEPEST))


def _output(files: str, item: Mapping[str, Any]) -> OutputView:
    kind, names = item["kind"], list(item["files"])
    urls = {name.rsplit(".", 1)[-1]: f"{files}/{name}" for name in names}
    rows, columns = item.get("rows"), item.get("columns")
    tables = [_table(files, name, item) for name in names if name.endswith(".csv")] if kind in ("table", "network") else []
    counted = rows is not None and columns is not None and kind != "network"
    return OutputView(
        name=item["name"],
        kind=kind,
        title=item["title"],
        caption=item.get("caption") or "",
        size=f"{rows} × {columns}" if counted else "",
        src=urls.get({"figure": "json", "network": "json", "structure": "pdb"}.get(kind, ""), ""),
        about=urls.get("json", "") if kind == "structure" else "",
        picture=urls.get("png", ""),
        tiles=urls.get("tiles", "") if kind == "figure" else "",
        downloads=[_download(files, name, kind) for name in names if not name.endswith(DRAWN) or kind == "file"] if not tables else [],
        tables=tables,
    )


def _table(files: str, name: str, item: Mapping[str, Any]) -> TableView:
    stem = name.removesuffix(".csv")
    part = stem.removeprefix(f"{item['name']}_") if item["kind"] == "network" else ""
    title = f"{item['title']}: {part}" if part else item["title"]
    packed = next((file for file in item["files"] if file.startswith(f"{stem}.") and file != name), "")
    return TableView(stem, title, f"{files}/{name}", item.get("reader") or "" if packed else "", packed)


def _download(files: str, name: str, kind: str) -> Download:
    text = f"Download {name}" if kind == "file" else BUTTONS.get(name.rsplit(".", 1)[-1], name)
    return Download(text, f"{files}/{name}")
