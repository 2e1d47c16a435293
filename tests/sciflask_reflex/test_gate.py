"""Every event passes the gate: W2, W3, L6, L7 and R5 of the abuse catalogue, by the real processor."""

import asyncio

import pytest
import reflex as rx
from pydantic import BaseModel, Field
from reflex_base.registry import RegistrationContext

from sciflask_reflex import gate
from sciflask_reflex.errors import Refused
from sciflask_reflex.gate import Rule, check_policy, current, door, rule_of
from sciflask_reflex.identity import service, sessions
from sciflask_reflex.identity.cookies import new_guest_token
from sciflask_reflex.identity.internals import INTERNALS
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.models import Role
from tests.accounts import make_account, make_session

pytestmark = pytest.mark.anyio


class Twice(BaseModel):
    number: int = Field(ge=0, le=10)


class GateProbe(rx.State):
    """Handlers of every kind behind doors of every kind, and two that somebody forgot."""

    owner: str = ""
    number: int = 0
    secret: str = ""
    calls: int = 0

    @rx.event
    @door()
    def open(self):
        self.calls += 1

    @rx.event
    @door(needs="owner")
    async def work(self):
        self.owner = current().owner_id
        self.secret = f"of {self.owner}"

    @rx.event
    @door(needs="user")
    async def write(self):
        self.calls += 1

    @rx.event
    @door(needs="admin")
    def rule(self):
        self.calls += 1

    @rx.event
    @door(payload=Twice)
    async def twice(self, number: int):
        self.number = 2 * number

    @rx.event
    @door()
    async def count(self, number: int, word: str = "none"):
        self.number, self.secret = number, word

    @rx.event
    @door()
    async def stream(self):
        yield
        self.calls += 1
        yield

    @rx.event
    @door()
    def old_stream(self):
        yield
        self.calls += 1

    @rx.event(background=True)
    @door(needs="owner")
    async def behind(self):
        who = current().owner_id
        async with self:
            self.owner = who

    @rx.event(background=True)
    @door()
    async def fail_behind(self):
        message = "Not today."
        raise Refused(message)

    @rx.event
    @door()
    async def fail(self):
        message = "Not now."
        raise Refused(message)

    @rx.event
    @door(per_minute=1)
    async def rare(self):
        self.calls += 1

    @rx.event
    async def forgotten(self):
        self.calls += 1

    async def undecorated(self):
        self.calls += 1


PREFIX = GateProbe.get_full_name()


@pytest.fixture(autouse=True)
def _fresh_buckets():
    gate._buckets = gate.Buckets()


@pytest.fixture
def site(sqlite, keys):
    return sqlite


def _user(email="ada@example.org", role=Role.USER):
    principal = make_account(email, role=role)
    return principal, make_session(principal)


async def test_handlers_of_every_kind_run_behind_a_door(site, desk):
    async with desk() as it:
        tab = it.tab()
        for name in ("open", "stream", "old_stream"):
            await tab.send(f"{PREFIX}.{name}")
        assert (await tab.state(GateProbe)).calls == 3
        assert it.faults == []


@pytest.mark.parametrize("name", ["forgotten", "undecorated", "setvar", "_start", "__init__"])
async def test_what_has_no_door_is_denied(site, desk, name):
    async with desk() as it:
        tab = it.tab()
        await tab.send(f"{PREFIX}.{name}", **({"var_name": "calls", "value": 9} if name == "setvar" else {}))
        assert (await tab.state(GateProbe)).calls == 0


async def test_guest_becomes_an_owner_at_the_door_and_stays_the_same(site, desk):
    guest = new_guest_token()
    assert not sessions.principal_of_token(guest).is_somebody
    async with desk() as it:
        await it.tab(guest).send(GateProbe.open)
        assert not sessions.principal_of_token(guest).is_somebody
        tab = it.tab(guest)
        await tab.send(GateProbe.work)
        first = (await tab.state(GateProbe)).owner
        await tab.send(GateProbe.behind)
        assert first
        assert (await tab.state(GateProbe)).owner == first == sessions.principal_of_token(guest).owner_id


async def test_forged_guest_gets_nothing(site, desk, redirects_of):
    token = new_guest_token()
    forged = token[:-1] + ("0" if token[-1] != "0" else "1")
    async with desk() as it:
        for session in ("", forged, "g.x.y", "A" * 43):
            tab = it.tab(session, path="/upload")
            assert redirects_of(await tab.send(GateProbe.work)) == ["/login?next=/upload"]
            assert (await tab.state(GateProbe)).owner == ""


async def test_next_stays_on_the_site(site, desk, redirects_of):
    async with desk() as it:
        for path in ("//evil.example", "/\\evil.example", "https:evil", "javascript:alert(1)", "/login?next=/x"):
            assert redirects_of(await it.tab(path=path).send(GateProbe.write)) == ["/login"]


async def test_roles(site, desk, redirects_of):
    _, user = _user()
    _, admin = _user("root@example.org", Role.ADMIN)
    async with desk() as it:
        guest = it.tab(new_guest_token())
        assert redirects_of(await guest.send(GateProbe.write)) == ["/login?next=/"]
        tab = it.tab(user)
        await tab.send(GateProbe.write)
        await tab.send(GateProbe.rule)
        assert (await tab.state(GateProbe)).calls == 1
        assert "does not exist" in (await tab.state(SessionState)).notice
        ruler = it.tab(admin)
        await ruler.send(GateProbe.rule)
        assert (await ruler.state(GateProbe)).calls == 1


async def test_arguments_are_checked(site, desk):
    async with desk() as it:
        tab = it.tab()
        await tab.send(f"{PREFIX}.twice", number=4)
        assert (await tab.state(GateProbe)).number == 8
        await tab.send(f"{PREFIX}.count", number="5")
        assert (await tab.state(GateProbe)).number == 5
        await tab.send(f"{PREFIX}.count", number=1, word="a\0b")
        assert (await tab.state(GateProbe)).number == 5
        bad = [
            {"number": 11},
            {"number": {"a": 1}},
            {"number": 1, "word": "\ud800"},
            {"number": "12abc"},
            {"number": 1, "extra": 2},
            {},
            {"number": None},
            {"self": 1},
        ]
        for handler in ("twice", "count"):
            for payload in bad[1:] if handler == "count" else bad:
                await tab.send(f"{PREFIX}.{handler}", **payload)
                assert (await tab.state(GateProbe)).number == 5
                assert "could not be read" in (await tab.state(SessionState)).notice
        assert it.faults == []


async def test_a_refusal_becomes_a_notice(site, desk):
    async with desk() as it:
        tab = it.tab()
        await tab.send(GateProbe.fail)
        assert (await tab.state(SessionState)).notice == "Not now."
        await tab.send(GateProbe.fail_behind)
        assert (await tab.state(SessionState)).notice == "Not today."
        await tab.send(SessionState.dismiss_notice)
        assert (await tab.state(SessionState)).notice == ""


async def test_too_fast(site, desk):
    async with desk() as it:
        tab = it.tab()
        for _ in range(40):
            await tab.send(GateProbe.rare)
        assert (await tab.state(GateProbe)).calls == 20
        assert "fast" in (await tab.state(SessionState)).notice
        other = it.tab()
        await other.send(GateProbe.rare)
        assert (await other.state(GateProbe)).calls == 1


async def test_a_tab_is_bound_to_its_session(site, desk):
    _, ada = _user()
    async with desk() as it:
        tab = it.tab(ada)
        await tab.send(GateProbe.work)
        await tab.send(SessionState.load)
        assert (await tab.state(SessionState)).name == "Ada Lovelace"
        for thief in (it.tab(new_guest_token(), token=tab.token), it.tab(token=tab.token)):
            await tab.send(GateProbe.work)
            answer = await thief.send("reflex___state____state.hydrate_and_load")
            assert "Lovelace" not in repr(answer)
            assert "of " not in (await thief.state(GateProbe)).secret


async def test_the_first_event_of_a_thief_shows_nothing(site, desk, vars_of):
    principal, ada = _user()
    async with desk() as it:
        tab = it.tab(ada)
        await tab.send(GateProbe.work)
        answer = await it.tab(new_guest_token(), token=tab.token).send(GateProbe.open)
        assert principal.owner_id not in repr(answer)
        assert vars_of(answer)["secret"] == ""


async def test_sign_out_ends_the_tab_at_the_next_event(site, desk, redirects_of):
    _, ada = _user()
    async with desk() as it:
        tab = it.tab(ada)
        await tab.send(GateProbe.work)
        sessions.close_session(ada)
        await tab.send(GateProbe.work)
        assert (await tab.state(GateProbe)).secret == ""
        assert redirects_of(await tab.send(GateProbe.work)) == ["/login?next=/"]


async def test_disabling_ends_the_tab_at_the_next_event(site, desk):
    _, ada = _user()
    async with desk() as it:
        tab = it.tab(ada)
        await tab.send(GateProbe.write)
        service.set_enabled("ada@example.org", enabled=False)
        await tab.send(GateProbe.write)
        assert (await tab.state(GateProbe)).calls == 0


async def test_redis_keeps_the_promise_too(site, desk, valkey_url):
    from redis.asyncio import Redis
    from reflex.istate.manager.redis import StateManagerRedis

    _, ada = _user()
    manager = StateManagerRedis(redis=Redis.from_url(valkey_url.replace("valkey", "redis", 1)))
    async with desk(manager) as it:
        tab = it.tab(ada)
        await tab.send(GateProbe.work)
        await tab.send(SessionState.load)
        assert (await tab.state(GateProbe)).secret
        answer = await it.tab(new_guest_token(), token=tab.token).send(SessionState.dismiss_notice)
        assert "Lovelace" not in repr(answer)
        assert (await tab.state(GateProbe)).secret == ""
        await tab.send(f"{PREFIX}.forgotten")
        assert (await tab.state(GateProbe)).calls == 0


async def test_internals_may_not_carry_more_than_they_need(site, desk):
    async with desk() as it:
        tab = it.tab()
        await tab.send("reflex___state____state.set_is_hydrated", value=True)
        assert (await tab.state(rx.State)).is_hydrated is False
        report = "reflex___state____state.reflex___state____frontend_event_exception_state.handle_frontend_exception"
        seen = []
        it.app.frontend_exception_handler = seen.append
        for _ in range(100):
            await tab.send(report, info="x", component_stack="y")
        await tab.send(report, info="x" * 5_000, component_stack="y")
        assert len(seen) <= 20
        update = "reflex___state____state.reflex___state____update_vars_internal_state.update_vars_internal"
        await tab.send(update, vars={f"{PREFIX}.secret": "mine", "reflex___state____state.is_hydrated": True})
        assert (await tab.state(GateProbe)).secret == ""


def test_every_handler_of_the_site_has_a_rule():
    """W2. Importing the site registers everything that a browser could call."""
    import sciflask_reflex.sciflask_reflex

    assert sciflask_reflex.sciflask_reflex.app
    check_policy()
    handlers = RegistrationContext.get().event_handlers
    ours = [name for name, registered in handlers.items() if rule_of(registered.handler.fn)]
    assert len(ours) > 15
    reasons = {f"{registered.handler.fn.__module__}.{registered.handler.fn.__qualname__}" for registered in handlers.values()}
    assert set(INTERNALS) <= reasons, "a reason for a handler that does not exist"


@pytest.mark.parametrize("handler", [GateProbe.forgotten, GateProbe.setvar])
def test_a_handler_without_a_rule_stops_the_start(monkeypatch, handler):
    monkeypatch.setattr(handler.fn, "__module__", "sciflask_reflex.somewhere")
    with pytest.raises(gate.PolicyError, match=handler.fn.__name__):
        check_policy()


def test_a_handler_that_takes_anything_stops_the_start(monkeypatch):
    @door()
    def loose(self, thing):
        """Take anything."""

    monkeypatch.setattr(loose, "__module__", "sciflask_reflex.somewhere")
    with RegistrationContext.get().fork() as registry:
        registry._register_event_handler(rx.EventHandler(fn=loose, state=GateProbe))
        with pytest.raises(gate.PolicyError, match="thing"):
            check_policy()


def test_current_outside_of_a_door_is_a_fault_of_ours():
    with pytest.raises(LookupError):
        current()


async def test_a_bare_handler_asks_the_door_as_well(site):
    """Without the gate, without a processor: the door itself holds."""
    state = await rx.State(_reflex_internal_init=True).get_state(GateProbe)
    answer = await state.write()
    assert "/login" in str(answer.args)
    assert state.calls == 0
    await state.open()
    assert state.calls == 1
    assert rule_of(GateProbe.write.fn) == Rule("user")


async def test_looking_people_up_leaves_the_loop_free(site, desk, monkeypatch):
    """N: the look-up waits in a thread, while the loop goes on."""
    from threading import Event as Flag

    from sciflask_reflex.identity import visit

    release, real = Flag(), visit.principal_of_token
    monkeypatch.setattr(visit, "principal_of_token", lambda token: (release.wait(10), real(token))[1])
    async with desk() as it:
        tab = it.tab()
        sending = asyncio.ensure_future(tab.send(GateProbe.open))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not sending.done()
        release.set()
        await sending
        assert (await tab.state(GateProbe)).calls == 1
