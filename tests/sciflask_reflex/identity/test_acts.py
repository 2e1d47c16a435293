"""Who acts is known wherever work is done: in handlers, in the threads they use, in requests and in commands."""

import asyncio

import pytest
import reflex as rx
from anyio import to_thread
from sqlmodel import col, select

from sciflask_reflex import audit
from sciflask_reflex.commands.accounts import create_admin
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import NotFound, TooOften
from sciflask_reflex.gate import door
from sciflask_reflex.identity import acts, passwords
from sciflask_reflex.identity.buckets import Buckets, burst
from sciflask_reflex.identity.cookies import hash_of
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.visit import in_thread
from sciflask_reflex.models import AuditEvent
from sciflask_reflex.studies.line import in_line


def note() -> str:
    return audit.actor().owner_id


class ActsProbe(rx.State):
    """Asks in every kind of thread who acts."""

    seen: list[str] = []

    @rx.event
    @door("owner")
    async def everywhere(self):
        found = [note(), await rx.run_in_thread(note), await in_thread(note), await in_line(note(), note)]
        found += [await to_thread.run_sync(note), await asyncio.to_thread(note), await passwords.in_hash_pool(note)]
        self.seen = found

    @rx.event
    @door("owner")
    async def piecewise(self):
        yield
        self.seen = [await rx.run_in_thread(note)]

    @rx.event
    @door("owner")
    async def missing(self):
        raise NotFound("study")


def events() -> list[AuditEvent]:
    acts.settle()
    with reading() as session:
        return list(session.exec(select(AuditEvent).order_by(col(AuditEvent.id))))


@pytest.mark.anyio
async def test_every_thread_knows_who_acts(desk, person):
    ada, bob = person(), person()
    async with desk() as it:
        for one in (ada, bob):
            tab = it.tab(one.session)
            await tab.send(ActsProbe.everywhere)
            assert (await tab.state(ActsProbe)).seen == [one.owner_id] * 7
            await tab.send(ActsProbe.piecewise)
            assert (await tab.state(ActsProbe)).seen == [one.owner_id]
    assert audit.actor() == audit.NOBODY


@pytest.mark.anyio
async def test_what_is_not_yours_is_written_down_and_not_without_end(desk, person, monkeypatch):
    monkeypatch.setattr(acts, "_buckets", Buckets())
    ada = person()
    async with desk() as it:
        for _ in range(int(burst(acts.PER_MINUTE)) + 10):
            await it.tab(ada.session).send(ActsProbe.missing)
    found = events()
    assert {(event.tag, event.actor_id, event.outcome, event.thing) for event in found} == {
        ("authz:denied", ada.owner_id, "failure", "ActsProbe.missing")
    }
    assert len(found) <= burst(acts.PER_MINUTE) + 1
    assert {event.session for event in found} == {hash_of(ada.session)[:16]}
    assert "192.0.2.1" not in str([event.model_dump() for event in found])


@pytest.mark.usefixtures("database", "keys")
def test_an_admin_who_looks_remains_that_admin():
    looking = Principal("ada", "user", viewed_by="root")
    assert acts.actor_of(looking, "token", "192.0.2.1") == audit.Actor("root", hash_of("token"), "192.0.2.1")


@pytest.mark.usefixtures("database", "keys")
def test_limits_have_a_tag_of_their_own(monkeypatch):
    monkeypatch.setattr(acts, "_buckets", Buckets())
    with audit.acting(audit.Actor("ada", "", "192.0.2.1")):
        acts.denied("sign-in", TooOften("Wait.", 5))
        acts.note("file:download", "analysis:1", subject_id="bob", file="pairs.csv")
    assert [(event.tag, event.actor_id, event.subject_id) for event in events()] == [
        ("ratelimit:hit", "ada", "ada"),
        ("file:download", "ada", "bob"),
    ]


@pytest.mark.usefixtures("data_dir")
def test_without_a_database_a_note_is_only_logged(caplog):
    acts.note("file:download", "analysis:1")
    acts.settle()
    assert "could not be written down" in caplog.text


@pytest.mark.usefixtures("sqlite", "keys")
def test_commands_are_nobodys_and_say_so():
    before = audit.actor()
    try:
        create_admin("root@example.org", "correct horse battery")
        with writing() as session:
            audit.record(session, "x:y")
    finally:
        audit.act_as(before)
    assert {(event.actor_id, event.detail.get("via")) for event in events()} == {(None, "cli")}
