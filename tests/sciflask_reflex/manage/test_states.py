"""The pages' handlers: for admins alone, and what they send to the browser."""

import pytest
from reflex_base.registry import RegistrationContext

import sciflask_reflex.sciflask_reflex  # noqa: F401 - declares every State
from sciflask_reflex.db import writing
from sciflask_reflex.gate import rule_of
from sciflask_reflex.identity import service as accounts
from sciflask_reflex.identity.cookies import new_guest_token
from sciflask_reflex.identity.sessions import ensure_guest, principal_of_token
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.live import tabs
from sciflask_reflex.manage.announcements.state import AnnouncementsState
from sciflask_reflex.manage.failures.state import FailuresState
from sciflask_reflex.manage.log.state import LogState
from sciflask_reflex.manage.mail.state import MailState
from sciflask_reflex.manage.overview.state import OverviewState
from sciflask_reflex.manage.queue.state import QueueState
from sciflask_reflex.manage.quotas.state import QuotasState
from sciflask_reflex.manage.usage.state import UsageState
from sciflask_reflex.models import Analysis, Role, Status, utcnow
from tests.accounts import make_account, signed_in
from tests.factories import make_analysis, make_study

pytestmark = pytest.mark.anyio
STATES = (AnnouncementsState, FailuresState, LogState, MailState, OverviewState, QueueState, QuotasState, UsageState)


@pytest.fixture(autouse=True)
def _no_tabs():
    yield
    tabs._followers.clear()
    tabs._watchers.clear()


@pytest.fixture
def admin(sqlite, keys):
    return signed_in("root@example.org", role=Role.ADMIN)


def handlers():
    found = RegistrationContext.get().event_handlers.items()
    return {
        name: registered.handler.fn for name, registered in found if registered.handler.fn.__module__.startswith("sciflask_reflex.manage")
    }


def test_every_handler_is_for_admins_and_none_is_open_to_a_look():
    assert len(handlers()) > 20
    assert {(rule_of(fn).needs, rule_of(fn).reads) for fn in handlers().values()} == {("admin", False)}


async def test_everybody_else_gets_nothing(admin, desk, vars_of):
    ada = make_account()
    make_analysis(make_study(ada.owner_id, name="Secret study"), status=Status.FAILED, finished_at=utcnow(), traceback="Traceback")
    guest = new_guest_token()
    ensure_guest(guest, ip="192.0.2.1")
    disabled = signed_in("off@example.org", role=Role.ADMIN)
    accounts.set_enabled("off@example.org", enabled=False)
    async with desk() as it:
        for token in ("", guest, signed_in("eva@example.org"), disabled):
            tab = it.tab(token, path="/manage")
            await tab.send(SessionState.load)
            for name in handlers():
                sent = vars_of(await tab.send(name))
                assert set(sent) <= {"notice"}, (name, sent)
            assert tabs.watchers() == []


async def test_every_page_opens(admin, desk):
    async with desk() as it:
        for kind in STATES:
            tab = it.tab(admin, path="/manage")
            await tab.send(kind.load)
            assert (await tab.state(kind)).loaded, kind
        assert it.faults == []


async def test_a_traceback_comes_when_it_is_opened_and_goes_when_it_is_closed(admin, desk, vars_of):
    ada = make_account()
    failed = make_analysis(make_study(ada.owner_id), status=Status.FAILED, finished_at=utcnow(), cause="memory", traceback="line 3")
    async with desk() as it:
        tab = it.tab(admin, path="/manage/failures")
        assert "line 3" not in str(vars_of(await tab.send(FailuresState.load)))
        assert vars_of(await tab.send(FailuresState.open_analysis(failed.id)))["details"] == "line 3"
        assert vars_of(await tab.send(FailuresState.open_analysis(failed.id)))["details"] == ""
        await tab.send(FailuresState.choose("cause", "crash"))
        assert (await tab.state(FailuresState)).rows == []


async def test_cancelling_from_the_page_is_written_as_the_admins(admin, desk):
    from sqlmodel import select

    from sciflask_reflex.db import reading
    from sciflask_reflex.models import AuditEvent

    ada = make_account()
    analysis = make_analysis(make_study(ada.owner_id))
    async with desk() as it:
        tab = it.tab(admin, path="/manage/queue")
        await tab.send(QueueState.load)
        await tab.send(QueueState.cancel(analysis.id))
        state = await tab.state(QueueState)
        assert (state.said, state.waiting) == ("It is cancelled.", [])
    with reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.tag == "admin:analysis:cancel")).one()
        assert session.get(Analysis, analysis.id).status == Status.CANCELLED
    assert (event.actor_id, event.subject_id) == (principal_of_token(admin).owner_id, ada.owner_id)


async def test_what_was_typed_wrong_is_said_beside_its_field(admin, desk):
    async with desk() as it:
        tab = it.tab(admin, path="/manage")
        await tab.send(AnnouncementsState.announce({"text": "", "tone": "info", "hours": "x"}))
        assert set((await tab.state(AnnouncementsState)).errors) == {"text", "hours"}
        await tab.send(QuotasState.save({"role": "user", "max_mib": "-1"}))
        state = await tab.state(QuotasState)
        assert (state.editing, list(state.errors)) == ("user", ["max_mib"])
        await tab.send(UsageState.choose({"first": "2026-02-02", "last": "2026-02-01"}))
        assert "earlier" in (await tab.state(UsageState)).problem
        await tab.send(LogState.search({"first": "soon"}))
        assert "written as" in (await tab.state(LogState)).problem


async def test_odd_payloads_change_nothing(admin, desk):
    async with desk() as it:
        tab = it.tab(admin, path="/manage")
        name = FailuresState.get_full_name()
        await tab.send(FailuresState.load)
        for payload in ({"name": "_last", "value": "x"}, {"name": "days", "value": "-1"}, {"name": "loaded", "value": ""}):
            await tab.send(f"{name}.choose", **payload)
        state = await tab.state(FailuresState)
        assert (state.days, state.loaded) == ("30", True)
        assert it.faults == []


async def test_demotion_wipes_the_tab(admin, desk):
    from sciflask_reflex.models import Owner

    async with desk() as it:
        tab = it.tab(admin, path="/manage/mail")
        await tab.send(MailState.load)
        assert (await tab.state(MailState)).loaded
        with writing() as session:
            owner = session.get(Owner, principal_of_token(admin).owner_id)
            owner.role = Role.USER
            session.add(owner)
        await tab.send(MailState.load)
        assert not (await tab.state(MailState)).loaded
