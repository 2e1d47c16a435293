"""Announcements: made, shown, ended; on both databases."""

from datetime import timedelta

import pytest
from sqlmodel import select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound
from sciflask_reflex.jobs import events
from sciflask_reflex.live import news
from sciflask_reflex.live.news_state import NewsState
from sciflask_reflex.manage.announcements import service
from sciflask_reflex.models import Announcement, AuditEvent, utcnow


@pytest.fixture(autouse=True)
def told(monkeypatch):
    """No broker; what would have been published."""
    sent = []
    monkeypatch.setattr(events, "publish", lambda *args, status: sent.append(status))
    return sent


def shown():
    return [item["text"] for item in news.present()]


def test_from_the_first_moment_to_the_last(site, told):
    first = service.announce("  Down  on Friday ", "warning", None)
    service.announce("Back on Monday", "info", 2)
    assert shown() == ["Back on Monday", "Down on Friday"]
    service.end(first)
    assert shown() == ["Back on Monday"]
    with writing() as session:
        row = session.exec(select(Announcement).where(Announcement.text == "Back on Monday")).one()
        row.ends_at = utcnow() - timedelta(seconds=1)
        session.add(row)
        session.add(Announcement(text="Later", starts_at=utcnow() + timedelta(hours=1)))
    assert shown() == []
    assert told == ["news"] * 3
    assert [row.is_shown for row in service.announcements()] == [False, False, False]


def test_it_is_written_down_once(site):
    made = service.announce("Hello", "info", None)
    service.end(made)
    service.end(made)
    with reading() as session:
        events_ = session.exec(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.tag for event in events_] == ["admin:announcement:create", "admin:announcement:end"]


def test_at_most_three_at_once(site):
    for number in range(5):
        service.announce(str(number), "info", None)
    assert shown() == ["4", "3", "2"]


@pytest.mark.parametrize(
    ("text", "tone", "hours", "field"),
    [
        ("", "info", None, "text"), (" \n ", "info", None, "text"), ("x" * 501, "info", None, "text"), ("\x00", "info", None, "text"),
        ("x", "", None, "tone"), ("x", "<script>", None, "tone"), ("x", "info", 0, "hours"), ("x", "info", -1, "hours"), ("x", "info", 2161, "hours"),
    ],
)  # fmt: skip
def test_what_cannot_be_announced(site, text, tone, hours, field):
    with pytest.raises(Invalid) as refusal:
        service.announce(text, tone, hours)
    assert list(refusal.value.fields) == [field]
    assert shown() == []


def test_what_is_not_there_cannot_be_ended(site):
    with pytest.raises(NotFound):
        service.end(7)


@pytest.mark.anyio
async def test_a_tab_shows_it_until_it_is_dismissed_there(person, desk):
    service.announce("<b>Hello</b>", "info", None)
    async with desk() as it:
        tab, other = it.tab(person().session), it.tab()
        for each in (tab, other):
            await each.send(NewsState.load)
        (item,) = (await tab.state(NewsState)).news
        assert item["text"] == "<b>Hello</b>"
        await tab.send(NewsState.dismiss(item["id"]))
        await tab.send(NewsState.load)
        assert (await tab.state(NewsState)).news == []
        assert len((await other.state(NewsState)).news) == 1
