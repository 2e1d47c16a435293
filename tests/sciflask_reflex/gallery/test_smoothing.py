"""The lesson of a live tool shows the live tool itself."""

from pipeline import tools
from sciflask_reflex.gallery.lessons import smoothing
from sciflask_reflex.instant.state import InstantState
from sciflask_reflex.instant.view import live_view


def test_the_lesson_is_what_the_site_draws_for_the_tool():
    assert str(smoothing.page()) == str(live_view(tools()["smoothing"]))


def test_the_page_opens_the_tool():
    (opened,) = smoothing.LESSON.load
    assert opened.handler.fn is InstantState.open.fn
    assert "smoothing" in str(opened.args)
