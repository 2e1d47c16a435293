"""The frame of a lesson: its source as it is, the way to the others, and everything that a lesson promises of itself."""

import html
import re
from pathlib import Path

import pytest

from sciflask_reflex.gallery.feature import feature
from sciflask_reflex.gallery.lesson import PREFIX, Lesson
from sciflask_reflex.gallery.lessons import LESSONS
from sciflask_reflex.gallery.page import index
from sciflask_reflex.gallery.source import highlighted, listing
from sciflask_reflex.settings import ROOT

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)


def read(drawn: str) -> str:
    """Return what a reader sees of a listing."""
    return html.unescape(re.sub(r"<[^>]*>", "", drawn))


@each_lesson
def test_a_visitor_reads_the_very_source(lesson: Lesson):
    for path in lesson.sources:
        assert path.is_relative_to(ROOT)
        assert read(listing(path)) == path.read_text().strip("\n")


@each_lesson
def test_a_lesson_says_two_sentences(lesson: Lesson):
    assert len(re.findall(r"[.!?](?: |$)", lesson.teaches)) == 2
    assert not lesson.title.endswith(".")


@each_lesson
def test_a_source_can_be_read_in_one_sitting(lesson: Lesson):
    assert all(len(path.read_text().splitlines()) <= 125 for path in lesson.sources)


def test_markup_in_a_source_is_shown_and_not_followed(tmp_path: Path):
    path = tmp_path / "evil.py"
    path.write_text('TEXT = "</code><script>alert(1)</script>"  # <b>&amp;\n')
    drawn = listing(path)
    assert "<script" not in drawn
    assert "<b>" not in drawn
    assert read(drawn) == path.read_text().strip()
    assert read(highlighted("<x>", "no such language")) == "<x>"


def test_each_line_is_a_line():
    drawn = highlighted('"""A\n\nB."""\nx = 1\n')
    assert drawn.count('<span class="line">') == 4
    assert read(drawn).split("\n") == ['"""A', "", 'B."""', "x = 1"]


@pytest.mark.parametrize("number", range(len(LESSONS)))
def test_each_page_leads_to_its_neighbours_and_to_all(number: int):
    drawn = str(feature.pages[number + 1].draw())
    before = LESSONS[number - 1].href if number else PREFIX
    after = LESSONS[number + 1].href if number + 1 < len(LESSONS) else PREFIX
    for href in (PREFIX, before, after):
        assert f'"{href}"' in drawn
    assert '"#tutorial"' in drawn


def test_the_index_has_a_card_for_each():
    drawn = str(index())
    assert all(f'"{lesson.href}"' in drawn and lesson.title in drawn for lesson in LESSONS)


def test_the_gallery_is_where_it_was_promised_to_be():
    assert {feature.prefix + page.path for page in feature.pages} == {
        "/gallery", "/gallery/hello", "/gallery/echo/[given]", "/gallery/power", "/gallery/plot", "/gallery/heatmap",
        "/gallery/plotly/[dimensions]", "/gallery/smoothing", "/gallery/visits", "/gallery/form",
    }  # fmt: skip
    assert [(link.title, link.path, link.needs) for link in feature.navigation] == [("Gallery", "", "anyone")]
