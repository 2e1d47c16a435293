"""A value from the address: a whole number, or a sentence; never a fault."""

import pytest

import sciflask_reflex.sciflask_reflex
from sciflask_reflex.errors import Invalid
from sciflask_reflex.gallery.lessons.echo import EchoState, whole_number

assert sciflask_reflex.sciflask_reflex.app
pytestmark = pytest.mark.anyio

HOSTILE = [
    "",
    " 42",
    "42 ",
    "4_2",
    "4.2",
    "1e6",
    "٤٢",
    "４２",
    "0x2a",
    "--1",
    "+",
    "4" * 31,
    "<script>alert(1)</script>",
    "%00",
    "../42",
    "forty-two\n",
    "42\n",
]


@pytest.mark.parametrize(("text", "number"), [("42", 42), ("-7", -7), ("+7", 7), ("007", 7), ("9" * 30, int("9" * 30))])
def test_a_whole_number_is_read(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize("text", HOSTILE)
def test_everything_else_gets_a_sentence(text):
    with pytest.raises(Invalid, match="is not a whole number"):
        whole_number(text)


def test_a_long_text_is_not_repeated_whole():
    with pytest.raises(Invalid) as refusal:
        whole_number("x" * 5_000)
    assert len(refusal.value.sentence) < 200


async def shown(desk, given):
    async with desk() as it:
        tab = it.tab(path=f"/gallery/echo/{given}", query={"given": given})
        await tab.send(EchoState.load)
        return await tab.state(EchoState), it.faults


async def test_the_page_shows_the_number_and_its_double(sqlite, keys, desk):
    state, faults = await shown(desk, "42")
    assert (state.number, state.doubled, state.fault, faults) == ("42", "84", "", [])


async def test_a_number_beyond_what_browsers_count_exactly_stays_exact(sqlite, keys, desk):
    state, _ = await shown(desk, "9007199254740993")
    assert (state.number, state.doubled) == ("9007199254740993", "18014398509481986")


async def test_the_page_says_what_was_wrong(sqlite, keys, desk):
    state, faults = await shown(desk, "<b>x</b>")
    assert (state.number, faults) == ("", [])
    assert state.fault.startswith("“<b>x</b>” is not a whole number")
