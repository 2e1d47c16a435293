"""A form in the address: exact where it can be, a sentence where there is no result, bounds for everybody."""

from urllib.parse import quote

import pytest

import sciflask_reflex.sciflask_reflex
from sciflask_reflex.gallery.lessons.power import RULE, PowerState, Question, power

assert sciflask_reflex.sciflask_reflex.app
pytestmark = pytest.mark.anyio


def asked(base, exponent):
    return power(Question.model_validate({"base": base, "exponent": exponent}))


@pytest.mark.parametrize(
    ("base", "exponent", "result"),
    [("2", "10", "1024"), ("2", "-3", "1/8"), ("-2", "3", "-8"), ("-2", "-3", "-1/8"), ("0", "0", "1"), ("1", "-5", "1"), ("1000", "1000", "1" + "0" * 3000), ("7", "0", "1"), ("2", "200", str(2**200))],
)  # fmt: skip
def test_whole_numbers_are_exact(base, exponent, result):
    assert asked(base, exponent) == (result, "exactly")


@pytest.mark.parametrize(
    ("base", "exponent", "result"), [("0.5", "2", "0.25"), ("2", "0.5", "1.4142135623731"), ("-0.5", "3", "-0.125"), ("0.0", "2.5", "0")]
)
def test_other_numbers_have_fifteen_digits(base, exponent, result):
    value, remark = asked(base, exponent)
    assert float(value) == pytest.approx(float(result), rel=1e-13)
    assert remark == "to 15 digits"


@pytest.mark.parametrize(
    ("base", "exponent", "why"),
    [
        ("0", "-1", "division by zero"),
        ("-8", "0.5", "no real number"),
        ("999.5", "1000", "1.8e308"),
        ("0.1", "1000", "5e-324"),
        ("0.0", "-0.5", "division by zero"),
    ],
)
def test_what_has_no_result_says_why(base, exponent, why):
    value, remark = asked(base, exponent)
    assert value == ""
    assert why in remark


async def opened(desk, query):
    async with desk() as it:
        tab = it.tab(path=f"/gallery/power{query}")
        await tab.send(PowerState.load)
        return await tab.state(PowerState), it.faults


async def test_the_address_alone_gives_the_result(sqlite, keys, desk):
    state, faults = await opened(desk, "?base=2&exponent=10")
    assert (state.result, state.remark, state.faults, faults) == ("1024", "exactly", {}, [])
    assert state.values == {"base": "2", "exponent": "10"}


async def test_without_fields_nothing_is_asked_and_nothing_is_wrong(sqlite, keys, desk):
    state, _ = await opened(desk, "")
    assert (state.result, state.remark, state.faults) == ("", "", {})


HOSTILE = ["", "ten", "1001", "-1001", "1e9", "nan", "inf", "9" * 5000, "2**99", "[1]", "<script>", "\x00", "٣x", "true"]


@pytest.mark.parametrize("text", HOSTILE)
async def test_each_field_says_what_it_takes(sqlite, keys, desk, text):
    state, faults = await opened(desk, f"?base={quote(text)}&exponent={quote(text)}" if text else "?base=2&exponent=")
    assert faults == []
    assert state.result == ""
    assert state.faults == ({"exponent": RULE} if not text else {"base": RULE, "exponent": RULE})
    assert all(len(value) <= 40 for value in state.values.values())


async def test_more_in_the_address_changes_nothing(sqlite, keys, desk):
    state, _ = await opened(desk, "?base=2&exponent=10&faults=x&__class__=y")
    assert state.result == "1024"
