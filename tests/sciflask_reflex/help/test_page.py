"""The help says what this site really allows, and offers the files that its tools really have."""

import re

import pytest

from pipeline import tools
from sciflask_reflex import routes
from sciflask_reflex.help import page
from sciflask_reflex.help.words import ABOUT, FAQ, FORMATS

pytestmark = pytest.mark.usefixtures("data_dir")


def test_the_limits_are_those_of_the_settings(configure):
    configure(
        max_file_mib="7", max_samples="4321", min_features="3", max_features="98765", min_shared_samples="11",
        max_studies="61", max_studies_guest="62", max_analyses="0", max_analyses_guest="63", job_seconds="240",
    )  # fmt: skip
    drawn = str(page.help_page())
    for words in (
        "at most 7 MB", "at most 4,321", "3 to 98,765", "at least 11", "61 with an account, 62 as a guest",
        "any number with an account, 63 as a guest", "at most 4 minutes",
    ):  # fmt: skip
        assert words in drawn


def test_an_analysis_of_seconds_is_not_said_to_have_no_time(configure):
    configure(job_seconds="20")
    assert '"at most 1 minute"' in str(page.help_page())


def test_every_file_of_every_example_is_offered():
    offered = set(re.findall(r"/api/v1/tools/[^/\"]+/examples/[^\"\\]+", str(page.help_page())))
    there = [(tool.slug, path.name) for tool in tools().values() for example in tool.examples for path in example.files.values()]
    assert offered == {routes.example_file(*each) for each in there}


def test_the_address_to_write_to_is_there_when_there_is_one(configure):
    assert "mailto:" not in str(page.help_page())
    configure(contact="desk@example.org")
    assert "mailto:desk@example.org" in str(page.help_page())


@pytest.mark.parametrize(("draw", "texts"), [(page.help_page, FORMATS), (page.about, ABOUT)])
def test_every_section_is_on_its_page(draw, texts):
    drawn = str(draw()).replace("\\u2019", "'")
    for title, paragraphs in texts:
        assert title in drawn
        for words in paragraphs:
            assert words in drawn


def test_every_question_has_its_answer_next_to_it():
    drawn = str(page.help_page())
    for question, answer in FAQ:
        assert drawn.index(question) < drawn.index(answer) < len(drawn)
