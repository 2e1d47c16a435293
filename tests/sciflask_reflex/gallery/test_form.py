"""The form with every kind of field: one model, a fault at each field, and a file that is looked at and not kept."""

from dataclasses import dataclass
from datetime import date, time
from hashlib import sha256

import pytest

import sciflask_reflex.sciflask_reflex
from sciflask_reflex.errors import Invalid, TooLarge
from sciflask_reflex.gallery.lessons import form_fields
from sciflask_reflex.gallery.lessons.form import LessonFormState, page
from sciflask_reflex.gallery.lessons.form_answers import Answers, answers, understood
from sciflask_reflex.gallery.lessons.form_file import LARGE, MOST_BYTES, TORN, facts_of

assert sciflask_reflex.sciflask_reflex.app
pytestmark = pytest.mark.anyio

GOOD = {
    "name": " Ada ", "notes": "", "samples": "3", "level": "50", "day": "2026-11-21", "begin": "09:30", "colour": "#12A594",
    "email": "", "size": "small", "tissue": "blood", "topic-genes": True, "topic-images": "on", "topic-proteins": False,
    "agreed": True, "reminder": None,
}  # fmt: skip


def test_good_answers_are_understood():
    given = answers(GOOD)
    assert (given.name, given.samples, given.day, given.begin) == ("Ada", 3, date(2026, 11, 21), time(9, 30))
    assert (given.topics, given.reminder, given.agreed) == (["genes", "images"], False, True)
    words = dict(understood(given))
    assert (words["Day"], words["Begin"], words["Topics"], words["E-mail"]) == ("Saturday, 21 November 2026", "09:30", "genes, images", "–")
    assert (words["Remind me"], words["I have read what happens to my answers"]) == ("No", "Yes")
    assert len(words) == len(Answers.model_fields)


WRONG = [
    ("name", ""), ("name", "   "), ("name", "x" * 61), ("notes", "x" * 501), ("samples", "0"), ("samples", "21"), ("samples", "3.5"),
    ("samples", "three"), ("samples", "9" * 5000), ("level", "101"), ("level", "-5"), ("level", "52"), ("level", "nan"), ("day", "1999-12-31"),
    ("day", "2100-01-01"), ("day", "2026-02-30"), ("day", ""), ("begin", "25:00"), ("begin", ""), ("colour", "red"),
    ("colour", "#12a59"), ("colour", "url(https://example.org)"), ("email", "ada"), ("email", "a@b"), ("email", "x" * 300 + "@example.org"),
    ("size", "huge"), ("size", None), ("tissue", "<script>"), ("agreed", False), ("agreed", "yes"), ("topic-proteins", True), ("name", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda value: str(value)[:20])
def test_a_fault_stands_at_its_field(name, value):
    sent = GOOD | {name: value}
    if name == "topic-proteins":
        sent |= {"topic-metabolites": "on"}
        name = "topics"
    with pytest.raises(Invalid) as refusal:
        answers(sent)
    assert refusal.value.fields == {name: Answers.model_fields[name].description}


def test_an_empty_form_says_all_at_once():
    with pytest.raises(Invalid) as refusal:
        answers({})
    assert set(refusal.value.fields) == {"name", "samples", "level", "day", "begin", "colour", "size", "tissue", "topics", "agreed"}


def test_what_the_model_does_not_know_is_not_looked_at():
    assert answers(GOOD | {"admin": "on", "topic-secrets": True, "topics": "all", "__class__": "x"}) == answers(GOOD)


def test_every_answer_has_a_field_on_the_page_and_words_of_its_own():
    drawn = str(page())
    for name, field in Answers.model_fields.items():
        assert f'name:"{name}"' in drawn or f'name:"{name[:-1]}-genes"' in drawn
        assert str(field.title) in drawn
        assert str(field.description) in drawn


def test_the_password_has_neither_name_nor_id():
    drawn = str(form_fields.password())
    assert 'type:"password"' in drawn
    assert "name:" not in drawn.replace("className:", "")
    assert "id:" not in drawn


async def send(desk, **payload):
    async with desk() as it:
        tab = it.tab(path="/gallery/form")
        name = payload.pop("handler")
        await tab.send(getattr(LessonFormState, name)(**payload))
        return await tab.state(LessonFormState), it.faults


async def test_the_page_says_what_was_understood(sqlite, keys, desk):
    state, faults = await send(desk, handler="submit", form_data=GOOD)
    assert ("Name", "Ada") in state.understood
    assert (state.faults, state.problem, faults) == ({}, "", [])


async def test_the_page_says_what_is_wrong(sqlite, keys, desk):
    state, faults = await send(desk, handler="submit", form_data=GOOD | {"samples": "99"})
    assert (state.understood, state.faults, faults) == ([], {"samples": "A whole number from 1 to 20."}, [])
    assert state.problem


@pytest.mark.parametrize(
    "form_data", [{"x" + str(n): "" for n in range(41)}, {"name": ["a"]}, {"name": {"a": 1}}, {"name": "a\0"}, "name=Ada", None]
)
async def test_what_no_form_sends_does_not_come_in(sqlite, keys, desk, form_data):
    async with desk() as it:
        tab = it.tab(path="/gallery/form")
        await tab.send(_name("submit"), form_data=form_data)
        state = await tab.state(LessonFormState)
        assert (state.understood, state.faults, it.faults) == ([], {}, [])


@pytest.mark.parametrize(("level", "shown"), [(35, 35), (35.4, 35), (-1, 50), (101, 50), ("x", 50), (float("nan"), 50)])
async def test_the_slider_stays_on_its_rail(sqlite, keys, desk, level, shown):
    async with desk() as it:
        tab = it.tab(path="/gallery/form")
        await tab.send(_name("slide"), level=level)
        assert (await tab.state(LessonFormState)).level == shown
        assert it.faults == []


async def test_what_the_browser_did_not_send_is_said(sqlite, keys, desk):
    state, faults = await send(desk, handler="reject")
    assert (state.file, state.faults, faults) == ({}, {"file": LARGE}, [])


def _name(handler):
    from tests.sciflask_reflex.test_doors import own_handlers

    return own_handlers()[f"LessonFormState.{handler}"][0]


@dataclass
class Chunk:
    """A piece of a file, as it arrives."""

    filename: str
    data: bytes


async def pieces(*chunks, then=None):
    for chunk in chunks:
        yield chunk
    if then:
        raise then


async def test_a_file_is_counted_and_hashed_piece_by_piece():
    facts = await facts_of(pieces(Chunk("C:\\data\\a.csv", b"one,"), Chunk("a.csv", b"two\n")))
    assert facts == {"name": "a.csv", "size": "8 B", "sha256": sha256(b"one,two\n").hexdigest()}


async def test_a_file_that_the_browser_held_back_is_said():
    with pytest.raises(TooLarge, match="larger than 256 kB"):
        await facts_of(pieces())


async def test_an_empty_file_is_a_file():
    assert (await facts_of(pieces(Chunk("empty", b""))))["size"] == "0 B"


async def test_a_large_file_is_stopped_on_its_way():
    asked = 0

    async def endless():
        nonlocal asked
        while True:
            asked += 1
            yield Chunk("big", b"x" * 100_000)

    with pytest.raises(TooLarge, match="larger than 256 kB"):
        await facts_of(endless())
    assert asked == 3
    assert str(MOST_BYTES // 1000) in LARGE


@pytest.mark.parametrize("chunks", [pieces(Chunk("a", b"x"), then=RuntimeError()), pieces(then=OSError())])
async def test_a_file_that_does_not_arrive_is_said(chunks):
    with pytest.raises(Invalid, match=TORN):
        await facts_of(chunks)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\x00b.txt", "\u202egnp.exe", "<img src=x>.png", "x" * 5000])
async def test_the_name_of_a_file_is_a_label_and_never_a_path(name):
    shown = (await facts_of(pieces(Chunk(name, b""))))["name"]
    assert "/" not in shown
    assert "\x00" not in shown
    assert "\u202e" not in shown
    assert 0 < len(shown) <= 255
