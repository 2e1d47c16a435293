"""An admin looks at the site as somebody else: sees what they see, changes nothing, and it is written down."""

from datetime import timedelta

import httpx
import pytest
from reflex_base.registry import RegistrationContext
from sqlalchemy import MetaData
from sqlalchemy import select as sql_select
from sqlmodel import col, select
from starlette.applications import Starlette

import sciflask_reflex.sciflask_reflex as site_module
from sciflask_reflex.api.app import api_app
from sciflask_reflex.db import engine, reading, writing
from sciflask_reflex.errors import NotFound, Refused
from sciflask_reflex.gate import rule_of
from sciflask_reflex.http.flash import COOKIE, read_flash
from sciflask_reflex.identity import looking, sessions
from sciflask_reflex.identity.cookies import SESSION_COOKIE, hash_of, new_guest_token
from sciflask_reflex.identity.models import SessionDetail
from sciflask_reflex.identity.principal import ONLY_LOOKING
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.identity.visit import of_admins
from sciflask_reflex.live.news_state import NewsState
from sciflask_reflex.manage.queue.state import QueueState
from sciflask_reflex.models import AuditEvent, Role, Status, utcnow
from sciflask_reflex.profile.state import ProfileState
from tests.accounts import make_account, signed_in
from tests.factories import make_analysis, make_study
from tests.promises import all_promises

ADMIN = "root@example.org"
ORIGIN = {"origin": "http://localhost:3000"}
BOOKKEEPING = {"sessiondetail", "localauthsession", "ratelimit"}
"""Tables about sessions and tries, which every request touches."""

MAY_BE_READ = {
    "AccountState.finish", "AccountState.load", "ActivityState.load", "ActivityState.more", "AnalysisFormState.decide",
    "AnalysisFormState.load", "AnalysisState.load", "AnalysisState.search", "AnalysisState.sort_by", "AnalysisState.turn_to", "AnalysisState.narrow", "AnalysisState.suggest",
    "ConfirmEmailState.load", "CookieLineState.dismiss", "EntryState.load_confirm", "EntryState.load_confirm_again",
    "EntryState.load_login", "EntryState.load_new_password", "EntryState.load_register", "EntryState.load_register_sent",
    "EntryState.load_reset", "EntryState.load_reset_sent", "FactorsState.load", "IdentitiesState.load", "InstantState.move", "InstantState.open", "InstantState.recompute", "InstantState.search",
    "InstantState.sort_by", "InstantState.start_over", "InstantState.turn_to", "InstantState.narrow", "InstantState.suggest", "InstitutionState.load",
    "InstitutionState.look", "LiveState.dismiss", "LiveState.join", "MailsState.load", "NewsState.dismiss", "NewsState.load",
    "OidcState.load", "OidcState.load_join", "OidcState.load_join_confirm", "OidcState.load_join_sent", "ProfileState.load", "ProfileState.show_older",
    "SecondStepState.load", "SessionState.dismiss_notice", "SessionState.load", "SessionState.tell_fault", "SessionsState.load",
    "ShareState.load", "SharedState.load", "SharedState.search", "SharedState.sort_by", "SharedState.turn_to", "SharedState.narrow", "SharedState.suggest", "StudyUploadState.load",
    "TextState.load_privacy", "TextState.load_terms", "TokensState.load", "ToolsState.load", "TourState.begin", "TourState.begin_if_new",
    "TourState.end",
}  # fmt: skip
"""Handlers that were looked at and change nothing. One more? Make sure of that, then write it down here; of a feature, in its promises."""
MAY_BE_READ |= {
    name for promises in all_promises() for (_, reads), names in promises.doors.items() if reads for name in names.split()
}  # fmt: skip


def rows(*, but: set[str] = BOOKKEEPING):
    """Return everything in the database."""
    metadata = MetaData()
    metadata.reflect(engine())
    with engine().connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sql_select(table)).all()))
            for table in metadata.sorted_tables
            if table.name not in but
        }


def tags():
    with reading() as session:
        found = session.exec(select(AuditEvent).where(col(AuditEvent.tag).like("admin:look%")).order_by(col(AuditEvent.id))).all()
        return [(event.tag, event.actor_id, event.subject_id) for event in found]


def me(token):
    return sessions.principal_of_token(token)


@pytest.fixture
def admin(site):
    return signed_in(ADMIN, role=Role.ADMIN)


@pytest.fixture
def one(sqlite, keys):
    """An admin's token, on one database: where the database is not the point."""
    return signed_in(ADMIN, role=Role.ADMIN)


def test_the_admin_is_the_other_person_with_the_right_to_read(admin):
    root, ada = me(admin), make_account()
    looking.start(admin, ada.owner_id)
    seen = me(admin)
    assert (seen.owner_id, seen.name, seen.email, seen.role, seen.viewed_by) == (
        ada.owner_id,
        ada.name,
        ada.email,
        Role.USER,
        root.owner_id,
    )
    assert (seen.may("read"), seen.may("submit"), seen.is_admin) == (True, False, False)
    assert looking.stop(admin) == ada.owner_id
    assert me(admin) == root
    assert tags() == [("admin:look:start", root.owner_id, ada.owner_id), ("admin:look:stop", root.owner_id, ada.owner_id)]


def test_only_this_session_looks(admin):
    ada = make_account()
    other = signed_in("second@example.org", role=Role.ADMIN)
    looking.start(admin, ada.owner_id)
    assert me(other).is_admin


def test_a_guest_can_be_looked_at(admin):
    guest = sessions.ensure_guest(new_guest_token(), ip="192.0.2.1")
    looking.start(admin, guest.owner_id)
    assert (me(admin).owner_id, me(admin).is_guest) == (guest.owner_id, True)


def test_no_admin_can_be_looked_at(admin):
    other = make_account("second@example.org", role=Role.ADMIN)
    with pytest.raises(Refused):
        looking.start(admin, other.owner_id)
    with pytest.raises(Refused):
        looking.start(admin, me(admin).owner_id)
    assert me(admin).is_admin
    assert tags() == []


def test_only_admins_look(admin):
    ada = signed_in()
    guest = new_guest_token()
    sessions.ensure_guest(guest, ip="192.0.2.1")
    for token in (ada, guest, new_guest_token(), "", "nonsense"):
        with pytest.raises(NotFound):
            looking.start(token, me(admin).owner_id)
    with pytest.raises(NotFound):
        looking.start(admin, "f" * 32)
    assert tags() == []


def test_it_ends_by_itself(admin):
    ada = make_account()
    looking.start(admin, ada.owner_id)
    with writing() as session:
        detail = session.get(SessionDetail, hash_of(admin))
        assert timedelta(minutes=29) < detail.viewing_until - utcnow() <= timedelta(minutes=30)
        detail.viewing_until = utcnow() - timedelta(seconds=1)
        session.add(detail)
    assert me(admin).is_admin


def test_looking_at_the_next_one_ends_the_first(admin):
    root, ada, bob = me(admin), make_account(), make_account("bob@example.org")
    looking.start(admin, ada.owner_id)
    looking.start(admin, bob.owner_id)
    assert me(admin).owner_id == bob.owner_id
    assert [(tag, subject) for tag, actor, subject in tags() if actor == root.owner_id] == [
        ("admin:look:start", ada.owner_id), ("admin:look:stop", ada.owner_id), ("admin:look:start", bob.owner_id),
    ]  # fmt: skip


def test_signing_out_ends_it(admin):
    ada = make_account()
    looking.start(admin, ada.owner_id)
    sessions.close_session(admin)
    assert not me(admin).is_somebody
    assert tags()[-1][0] == "admin:look:stop"


def test_whoever_is_promoted_is_seen_no_longer_and_whoever_is_demoted_sees_no_longer(admin):
    from sciflask_reflex.models import Owner

    root, ada = me(admin), make_account()
    looking.start(admin, ada.owner_id)

    def role(owner_id, name):
        with writing() as session:
            owner = session.get(Owner, owner_id)
            owner.role = name
            session.add(owner)

    role(ada.owner_id, Role.ADMIN)
    assert me(admin).owner_id == root.owner_id
    role(ada.owner_id, Role.USER)
    role(root.owner_id, Role.USER)
    assert (me(admin).owner_id, me(admin).viewed_by) == (root.owner_id, "")


def test_a_look_hears_nothing_of_everybody(one):
    cookies = {"tab": f"{SESSION_COOKIE}={one}"}
    assert of_admins(cookies) == {"tab"}
    looking.start(one, make_account().owner_id)
    assert of_admins(cookies) == set()


@pytest.mark.anyio
async def test_a_tab_forgets_what_it_held_when_a_look_begins_and_ends(one, desk, vars_of):
    ada = make_account()
    make_analysis(make_study(ada.owner_id, name="Of Ada"), status=Status.RUNNING)
    async with desk() as it:
        tab = it.tab(one, path="/manage/queue")
        await tab.send(SessionState.load)
        await tab.send(QueueState.load)
        assert (await tab.state(QueueState)).running
        looking.start(one, ada.owner_id)
        tab.path = "/profile"
        await tab.send(NewsState.load)
        assert (await tab.state(QueueState)).running == []
        await tab.send(SessionState.load)
        await tab.send(ProfileState.load)
        await tab.send(NewsState.load)
        assert not (await tab.state(SessionState)).is_admin
        assert [row.name for row in (await tab.state(ProfileState)).studies] == ["Of Ada"]
        assert (await tab.state(NewsState)).seen_as == "Ada Lovelace (ada@example.org)"
        looking.stop(one)
        await tab.send(NewsState.load)
        assert (await tab.state(ProfileState)).studies == []
        await tab.send(NewsState.load)
        assert (await tab.state(NewsState)).seen_as == ""


def handlers():
    """Return every handler of ours: (name, short name, rule)."""
    found = []
    for name, registered in RegistrationContext.get().event_handlers.items():
        fn = registered.handler.fn
        if fn.__module__.startswith("sciflask_reflex"):
            found.append((name, fn.__qualname__, rule_of(fn)))
    return found


def test_the_table_of_handlers_that_read_is_whole():
    assert site_module.app
    assert {short for _, short, rule in handlers() if rule.reads} == MAY_BE_READ
    assert {short for _, short, rule in handlers() if not rule.reads}


@pytest.mark.anyio
async def test_no_handler_changes_anything_while_looking(one, desk):
    """Every handler in the registry is called; those that do not only read are refused before they begin."""
    ada = make_account()
    make_analysis(make_study(ada.owner_id), status=Status.FAILED)
    looking.start(one, ada.owner_id)
    before = rows()
    async with desk() as it:
        for name, short, rule in handlers():
            tab = it.tab(one, path="/profile")
            await tab.send(name)
            if not rule.reads:
                assert (await tab.state(SessionState)).notice == ONLY_LOOKING, short
            assert rows() == before, f"{short} changed something"
        assert [fault for fault in it.faults if "notice" in str(fault)] == []


ALLOWED_FORMS = {"/auth/logout", "/auth/look/stop"}


@pytest.mark.anyio
async def test_no_form_changes_anything_while_looking(one):
    ada = make_account()
    looking.start(one, ada.owner_id)
    before = rows()
    posted = [route.path for route in site_module.FORMS if "POST" in (route.methods or ()) and route.path not in ALLOWED_FORMS]
    assert len(posted) > 5
    transport = httpx.ASGITransport(Starlette(routes=site_module.FORMS), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        for path in posted:
            answer = await client.post(path, headers=ORIGIN | {"cookie": f"{SESSION_COOKIE}={one}"})
            assert rows() == before, f"{path} changed something"
            # The way to a provider's own page is closed before: none is set up here, so it leads back to the sign-in page.
            refused = (
                answer.status_code >= 400
                or path == "/auth/oidc/{slug}"
                or any(
                    read_flash(f"{COOKIE}={answer.cookies.get(COOKIE, '')}", form).sentence == ONLY_LOOKING
                    for form in (answer.headers.get("location", "").partition("?")[0], answer.headers.get("location", ""))
                )
            )
            assert refused or answer.json().get("sentence") == ONLY_LOOKING, (path, answer.status_code, answer.text)


@pytest.mark.anyio
async def test_the_api_is_there_to_read_alone_while_looking(one):
    ada = make_account()
    study = make_study(ada.owner_id)
    analysis = make_analysis(study, status=Status.RUNNING)
    looking.start(one, ada.owner_id)
    before = rows()
    app = api_app()
    headers = ORIGIN | {"cookie": f"{SESSION_COOKIE}={one}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:3000") as client:
        assert (await client.get(f"/api/v1/analyses/{analysis.id}", headers=headers)).status_code == 200
        schema = (await client.get("/api/v1/openapi.json")).json()
        writes = [(method, path) for path, each in schema["paths"].items() for method in each if method not in ("get", "head")]
        assert writes
        for method, path in writes:
            address = path.replace("{study_id}", study.id).replace("{analysis_id}", analysis.id)
            answer = await client.request(method, address if address.startswith("/api") else f"/api/v1{address}", headers=headers, json={})
            assert answer.status_code in (401, 403), (method, path, answer.status_code, answer.text)
            assert rows() == before, f"{method} {path} changed something"
