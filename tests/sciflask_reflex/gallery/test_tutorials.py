"""A tutorial says what the lesson's source says: each block of Python in it is found there, line by line."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from sciflask_reflex.gallery.lesson import PREFIX, Lesson
from sciflask_reflex.gallery.lessons import LESSONS
from sciflask_reflex.gallery.tutorial import tutorial_html
from sciflask_reflex.settings import ROOT

DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADINGS = ["What you will see", "The idea", "The code, in steps", "What to try next"]
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)


def holds(source: str, block: str) -> bool:
    """Whether consecutive lines of a source are this block, apart from how far they stand to the right."""
    wanted, lines = block.strip("\n").split("\n"), source.split("\n")
    starts = range(len(lines) - len(wanted) + 1)
    return any(dedent("\n".join(lines[start : start + len(wanted)])) == "\n".join(wanted) for start in starts)


def test_the_comparison_finds_what_differs():
    source = "class A:\n    def f(self):\n        return 1\n"
    assert holds(source, "def f(self):\n    return 1\n")
    assert not holds(source, "def f(self):\n    return 2\n")
    assert not holds(source, "def f(self):\n        return 1\n")
    assert not holds(source, "return 1\n\nx = 2\n")


@each_lesson
def test_every_block_is_taken_from_the_source(lesson: Lesson):
    source = "\n".join(path.read_text() for path in lesson.sources)
    blocks = BLOCK.findall(lesson.tutorial.read_text())
    assert len(blocks) >= 3
    assert [block for block in blocks if not holds(source, block)] == []


@each_lesson
def test_every_tutorial_goes_the_same_way(lesson: Lesson):
    text = lesson.tutorial.read_text()
    assert text.startswith("# ")
    assert text.count("\n# ") == 0
    assert re.findall(r"(?m)^## (.*)$", text) == HEADINGS
    assert "<" not in re.sub(r"(?s)```.*?```|`[^`]*`", "", text), "plain Markdown, no HTML"


def test_the_index_names_every_lesson_in_order():
    assert re.findall(r"^\| \[(\w+)\]\(\1\.md\)", (DOCS / "gallery" / "README.md").read_text(), re.MULTILINE) == [
        lesson.slug for lesson in LESSONS
    ]
    assert {path.stem for path in (DOCS / "gallery").glob("*.md")} == {lesson.slug for lesson in LESSONS} | {"README"}
    assert "(gallery/README.md)" in (DOCS / "README.md").read_text()


@pytest.mark.parametrize("path", sorted((DOCS / "gallery").glob("*.md")), ids=lambda path: path.stem)
def test_links_of_the_manual_lead_somewhere(path: Path):
    targets = [target for target in LINK.findall(path.read_text()) if not target.startswith("https://")]
    assert [target for target in targets if not (path.parent / target).is_file()] == []


@each_lesson
def test_on_the_page_links_stay_on_the_site(lesson: Lesson):
    drawn = tutorial_html(lesson.tutorial, {f"{each.slug}.md": each.href for each in LESSONS})
    assert all(target.startswith(PREFIX) for target in re.findall(r'href="([^"]*)"', drawn))
    assert re.findall(r"<h(\d)", drawn) == ["3"] * len(HEADINGS)
    assert '<span class="line">' in drawn


def test_a_tutorial_cannot_bring_markup_along(tmp_path: Path):
    path = tmp_path / "t.md"
    path.write_text(
        "# T\n\n<script>x</script> [a](javascript:alert(1)) ![i](https://e.org/i.png)\n\n```python\n'<b>'\n```\n\n```nosuch\n<i>\n```\n"
    )
    drawn = tutorial_html(path, {})
    assert "<script" not in drawn
    assert "href" not in drawn
    assert "<img" not in drawn
    assert "<b>" not in drawn
    assert "<i>" not in drawn
    assert tutorial_html(tmp_path / "missing.md", {}) == ""
