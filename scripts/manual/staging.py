"""The pages of the repository as Sphinx wants them: in one folder, with links that stay inside it, and an order.

The order is that of ``docs/README.md``: each heading is a part of the manual, each link below it a page. A ``README.md`` in a folder is the
first page of what it links to.
"""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
START = "docs/README.md"
BESIDE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
"""Pages that lie beside ``docs/`` and belong to the manual."""
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
FENCE = re.compile(r"(^(`{3,}|~{3,}).*?^\2[ \t]*$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def pages() -> list[str]:
    """Return every page of the repository that belongs to the manual, by its path."""
    return [*BESIDE, *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))]


def place(page: str) -> str:
    """Return where a page stands in the manual."""
    if page in BESIDE:
        return {"README.md": "introduction.md"}.get(page, page.lower())
    inner = page.removeprefix("docs/")
    return inner.removesuffix("README.md") + "index.md" if inner.endswith("README.md") else inner


def links(text: str) -> list[tuple[str, str]]:
    """Return words and target of each link of a page, those in code apart."""
    prose = FENCE.sub("", text)
    return [(found[2], found[3]) for found in LINK.finditer(prose)]


def resolve(page: str, target: str) -> str:
    """Return the path in the repository of what a page links to."""
    return os.path.normpath(PurePosixPath(page).parent / target.partition("#")[0]) if target.partition("#")[0] else page


def is_outside(target: str) -> bool:
    """Whether a link leads to another site or to a mail program."""
    return bool(re.match(r"[a-z][a-z0-9+.-]*:", target))


def title(page: str) -> str:
    """Return the first heading of a page: in the manual, a link says this where the page says the name of a file."""
    found = re.search(r"^# (.+)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    return found[1] if found else page


def rewritten(page: str, text: str) -> str:
    """Return a page whose links stay in the manual; what is no page of it keeps its words and loses its link."""
    known = set(pages())

    def follow(found: re.Match[str]) -> str:
        bang, words, target = found.groups()
        if is_outside(target) or target.startswith("#"):
            return found[0]
        path, _, anchor = resolve(page, target), *target.partition("#")[1:]
        if bang:
            return f"![{words}]({_relative(page, path.removeprefix('docs/'))})"
        if (ROOT / path / "README.md").is_file() and f"{path}/README.md" in known:
            path = f"{path}/README.md"
        words = title(path) if path in known and words.endswith(".md") else words
        return f"[{words}]({_relative(page, place(path))}{f'#{anchor}' if anchor else ''})" if path in known else words

    parts = FENCE.split(text)
    return "".join(part if FENCE.fullmatch(part) else LINK.sub(follow, part) for part in _joined(parts))


def _joined(parts: list[str]) -> list[str]:
    """Drop the second group of ``FENCE.split``, the mark itself."""
    return [part for number, part in enumerate(parts) if number % 3 != 2]


def _relative(page: str, target: str) -> str:
    return os.path.relpath(target, PurePosixPath(place(page)).parent)


def contents(made: Mapping[str, str]) -> str:
    """Return the tables of contents of the first page: the headings of ``docs/README.md``, and the made pages under *Reference*."""
    text = (ROOT / START).read_text("utf-8")
    headings = [*HEADING.finditer(text)]
    parts = []
    for number, found in enumerate(headings):
        end = headings[number + 1].start() if number + 1 < len(headings) else len(text)
        entries = [place(path) for path in _listed(START, text[found.end() : end])]
        if found[1] == "Reference":
            entries += [page for page in made if page.count("/") == 1]
        parts.append(_toctree(entries, found[1]))
    return "\n".join(parts)


def _listed(page: str, text: str) -> list[str]:
    """Return the pages that a text links to, each once."""
    known = set(pages())
    targets = (resolve(page, target) for _, target in links(text) if not is_outside(target))
    whole = (path if path in known else f"{path}/README.md" for path in targets)
    return [path for path in dict.fromkeys(whole) if path in known and path != page]


def _toctree(entries: list[str], caption: str = "") -> str:
    options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
    return "\n".join(["", "```{toctree}", *options, "", *(entry.removesuffix(".md") for entry in entries), "```", ""])


def stage(target: Path, made: Mapping[str, str]) -> None:
    """Write everything that Sphinx reads into an empty folder."""
    shutil.rmtree(target, ignore_errors=True)
    for page in pages():
        text = (ROOT / page).read_text("utf-8")
        body = rewritten(page, text)
        if page == START:
            body += contents(made)
        elif page.endswith("/README.md"):
            folder = str(PurePosixPath(page).parent)
            inner = [path for path in _listed(page, text) if path.startswith(f"{folder}/")]
            body += _toctree([str(PurePosixPath(place(path)).relative_to(PurePosixPath(place(page)).parent)) for path in inner])
        _write(target / place(page), body)
    for name, text in made.items():
        _write(target / name, text)
    shutil.copytree(ROOT / "docs" / "images", target / "images")
    shutil.copy(ROOT / "sciflask_reflex" / "imprint" / "mark.svg", target / "mark.svg")
    shutil.copy(Path(__file__).with_name("conf.py"), target / "conf.py")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
