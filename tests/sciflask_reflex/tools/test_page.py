"""The pages of the tools say what the declarations say, and nothing else."""

from dataclasses import replace

import pytest

from pipeline import tools
from sciflask_reflex.db import writing
from sciflask_reflex.models import RoleLimits
from sciflask_reflex.tools import page
from sciflask_reflex.tools.state import ToolsState

TOOL = tools()["correlation"]


@pytest.fixture(scope="module")
def text():
    return str(page.tool_page(TOOL))


def test_it_says_what_goes_in_what_can_be_set_and_what_comes_out(text):
    for words in (TOOL.title, TOOL.summary, *(slot.title for slot in (*TOOL.inputs, *TOOL.outputs))):
        assert words in text
    for given in TOOL.parameters:
        assert given.title in text
        assert given.help.replace('"', '\\"') in text
        assert given.accepts[1:] in text
    for entry in TOOL.references:
        assert entry.replace('"', '\\"') in text


def test_the_prose_ends_where_the_table_begins(text):
    """The docstring's own sections repeat what the signature says: they are for the notebook."""
    assert TOOL.help.split(".")[0][:60].replace("\n", " ") in text
    assert "-----" not in text
    assert "Parameters\\n" not in text


def test_numbered_lines_become_a_list():
    shown = str(page._help("First.\n\n1. one\n   more\n2. two\n\nParameters\n----------\nsecret"))
    assert shown.count('"li"') == 2
    assert '"one more"' in shown
    assert "secret" not in shown


def test_every_kind_of_parameter_input_and_output_is_explained(every_kind):
    text = str(page.tool_page(every_kind))
    for given in every_kind.parameters:
        assert given.in_words(given.default) in text
        assert given.accepts[1:] in text
    assert "Counts when Smooth it is yes and Shape is Box." in text
    for words in (
        "Smoothing",
        "Counting",
        "Columns",
        "Zip archive, optional (.zip)",
        "Table of curves, 2 to 20 files, optional",
        "Pictures / In space",
        "One point on each line",
    ):
        assert words in text


def test_a_tool_without_example_and_references_offers_neither():
    bare = str(page.tool_page(replace(TOOL, examples=(), references=())))
    assert "Try it with example data" not in bare
    assert "References" not in bare


def test_the_list_leads_to_every_tool():
    text = str(page.index())
    for slug, tool in tools().items():
        assert tool.title in text
        assert f"/tools/{slug}" in text
        assert (f"/upload?tool={slug}" in text) == bool(tool.inputs)
        assert (f"/try/{slug}" in text) == (not tool.live)


@pytest.mark.anyio
async def test_a_tool_that_is_closed_to_the_role_says_so(person, desk):
    me = person()
    with writing() as session:
        session.merge(RoleLimits(role="guest", tools=[]))
    async with desk() as it:
        tab = it.tab(me.session, path="/tools")
        await tab.send(ToolsState.load)
        assert "not open to guests" in (await tab.state(ToolsState)).closed[TOOL.slug]
    assert "closed_rx_state_" in str(page.index())
