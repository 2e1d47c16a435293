"""The life of a session: L6, L9 and L12 of the abuse catalogue and their neighbours."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, update
from sqlmodel import select

from sciflask_reflex.db import engine, reading, writing
from sciflask_reflex.errors import Invalid, NotFound, Refused
from sciflask_reflex.identity import idle, service, session_list, sessions, signing_in
from sciflask_reflex.identity.cookies import hash_of
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.models import LocalAuthSession, SessionDetail
from sciflask_reflex.models import AuditEvent, Owner, Role, utcnow
from tests.accounts import IP, make_account, make_session, signed_in

EMAIL = "ada@example.org"
HOUR, DAY = 3_600, 86_400


def is_in(token):
    return sessions.principal_of_token(token).is_somebody


def age(**seconds):
    """Make sessions older."""
    with writing() as session:
        session.execute(
            update(SessionDetail).values({name: getattr(SessionDetail, name) - float(value) for name, value in seconds.items()})
        )


def seen_at():
    idle.settle()
    with reading() as session:
        return session.exec(select(SessionDetail.seen_at)).one()


def test_expired_session_is_nobody(site):
    token = signed_in()
    with writing() as session:
        session.execute(update(LocalAuthSession).values(expiration=datetime.now(UTC) - timedelta(seconds=1)))
    assert not is_in(token)


@pytest.mark.parametrize("token", ["", "x", "g.", "g.x.y", "\ud800"])
def test_what_is_no_token_is_nobody(small_site, token):
    assert not is_in(token)


@pytest.mark.parametrize(
    ("role", "remember", "older", "fine"),
    [
        (Role.USER, False, {"seen_at": 23 * HOUR}, True),
        (Role.USER, False, {"seen_at": 25 * HOUR}, False),
        (Role.USER, True, {"seen_at": 25 * HOUR, "created_at": 25 * HOUR}, True),
        (Role.USER, True, {"created_at": 8 * DAY}, False),
        (Role.USER, False, {"created_at": 8 * DAY}, False),
        (Role.ADMIN, True, {"seen_at": 29 * 60}, True),
        (Role.ADMIN, True, {"seen_at": 31 * 60}, False),
        (Role.ADMIN, True, {"created_at": 9 * HOUR}, False),
        ("lab", False, {"seen_at": 25 * HOUR}, False),
    ],
)
def test_limits_on_idling_and_in_all(small_site, role, remember, older, fine):
    token = make_session(make_account(role=role), remember=remember)
    age(**older)
    assert is_in(token) == fine


def test_a_user_who_was_made_admin_has_an_admins_limits(small_site):
    token = signed_in()
    age(seen_at=HOUR)
    with writing() as session:
        session.execute(update(Owner).values(role=Role.ADMIN))
    assert not is_in(token)


def test_the_settings_say_how_long(small_site, configure):
    configure(idle_hours="2", session_days="30")
    token, kept = (make_session(make_account(email), remember=remember) for email, remember in (("a@x.edu", False), ("b@x.edu", True)))
    age(seen_at=3 * HOUR, created_at=20 * DAY)
    assert (is_in(token), is_in(kept)) == (False, True)


def test_use_keeps_a_session_alive_and_is_noted_once_a_minute(site):
    token = signed_in()
    fresh = seen_at()
    is_in(token)
    assert seen_at() == fresh
    age(seen_at=2 * 60)
    assert is_in(token)
    assert utcnow() - seen_at() < timedelta(seconds=30)


def test_the_sites_own_look_ups_keep_nothing_alive(small_site):
    token = signed_in()
    age(seen_at=2 * 60)
    before = seen_at()
    assert sessions.principal_of_token(token, in_use=False).is_somebody
    assert seen_at() == before


def test_a_look_up_is_one_query(small_site):
    token = signed_in()
    statements = []

    def count(connection, cursor, statement, *_):
        statements.append(statement)

    event.listen(engine(), "before_cursor_execute", count)
    try:
        assert is_in(token)
    finally:
        event.remove(engine(), "before_cursor_execute", count)
    assert [statement.split()[0] for statement in statements] == ["BEGIN", "SELECT"]


def test_signing_out_ends_one_session_and_leaves_nothing_of_it(site):
    person = make_account()
    first, second = make_session(person), make_session(person)
    sessions.close_session(first)
    assert (is_in(first), is_in(second)) == (False, True)
    with reading() as session:
        assert session.exec(select(SessionDetail.session_sha256)).all() == [hash_of(second)]


def test_signing_out_everywhere_ends_one_persons_sessions_only(site):
    ada = make_account()
    tokens = [make_session(ada), make_session(ada), signed_in("bob@example.org")]
    session_list.revoke_others(ada.owner_id, tokens[1])
    assert [is_in(token) for token in tokens] == [False, True, True]
    session_list.revoke_all(ada.owner_id)
    assert [is_in(token) for token in tokens] == [False, False, True]


def test_what_is_known_of_a_session(small_site):
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"
    signing_in.complete(make_account().owner_id, Browser("192.0.2.7", agent), method="passkey", remember=True)
    with reading() as session:
        row = session.exec(select(SessionDetail)).one()
    assert (row.browser, row.network, row.method, row.remembered) == ("Safari on iPhone", "192.0.2.0/24", "passkey", True)


def test_every_door_ends_in_the_same_checks(small_site):
    person = make_account()
    service.set_enabled(EMAIL, enabled=False)
    with pytest.raises(Refused, match="disabled"):
        make_session(person)
    with pytest.raises(Invalid, match="not confirmed"):
        make_session(make_account("new@example.org", confirmed=False))
    with pytest.raises(NotFound):
        signing_in.complete("0" * 32, Browser(IP), method="orcid", remember=False)


def test_a_sign_in_is_written_down_and_dated(small_site):
    person = make_account()
    make_session(person)
    with reading() as session:
        written = session.exec(select(AuditEvent).where(AuditEvent.tag == "account:login:success")).one()
    assert (written.subject_id, written.detail) == (person.owner_id, {"method": "password"})


@pytest.mark.parametrize("remember", [True, False])
def test_cookies_of_a_session(small_site, remember):
    person = make_account()
    session, device = signing_in.cookies_of(signing_in.complete(person.owner_id, Browser(IP), method="password", remember=remember))
    assert ("Max-Age=604800" in session) == remember
    for cookie in (session, device):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    assert "Max-Age=31536000" in device
