"""Name, password and address: who may change them, what ends with the change, and who is told."""

import pytest
from sqlmodel import select

from sciflask_reflex import links
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, Refused, TooOften
from sciflask_reflex.identity import by_password, changing, one_time, sessions
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.models import Account, LocalUser, OneTimeLink
from sciflask_reflex.models import AuditEvent, Owner
from tests.accounts import IP, PASSWORD, link_for, mails_to, make_account, make_session

NEW = "another horse battery"


@pytest.fixture
def ada(site, configure):
    configure(registration="open")
    return make_account()


@pytest.fixture
def token(ada):
    return make_session(ada)


def change(ada, token, current=PASSWORD, new=NEW, repeated=None):
    return changing.change_password(ada, current, new, repeated=new if repeated is None else repeated, session_token=token, ip=IP)


def move(ada, token, address="ada@new.example.org", password=PASSWORD):
    return changing.request_email_change(ada, address, password, session_token=token, ip=IP)


def tags():
    with reading() as session:
        return list(session.exec(select(AuditEvent.tag)).all())


def opens(email, password):
    try:
        by_password.sign_in(email, password, Browser(IP), remember=False)
    except Refused:
        return False
    return True


def test_a_name(ada):
    changing.change_name(ada.owner_id, " Augusta  Ada ", "K\u00edng")
    with reading() as session:
        account = session.get_one(Account, ada.owner_id)
        assert (account.first_name, account.last_name) == ("Augusta Ada", "K\u00edng")
        assert session.get_one(Owner, ada.owner_id).name == "Augusta Ada K\u00edng"
    with pytest.raises(Invalid) as fault:
        changing.change_name(ada.owner_id, "\u202e", " ")
    assert fault.value.fields.keys() == {"first_name", "last_name"}


def test_a_new_password_ends_all_other_sessions_and_links_and_is_told(ada, token):
    other = make_session(ada)
    with writing() as session:
        link = one_time.make(session, one_time.RESET, ada.owner_id, seconds=600)
    new = change(ada, token)
    assert new not in (token, other)
    assert sessions.principal_of_token(new).owner_id == ada.owner_id
    assert not sessions.principal_of_token(token).is_somebody
    assert not sessions.principal_of_token(other).is_somebody
    assert (opens("ada@example.org", PASSWORD), opens("ada@example.org", NEW)) == (False, True)
    with writing() as session, pytest.raises(Refused):
        one_time.consume(session, links.token_of(link.id), one_time.RESET)
    assert any("password" in mail.subject.lower() for mail in mails_to("ada@example.org"))
    assert "account:password:change" in tags()


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"current": "wrong"}, {"current_password"}),
        ({"current": ""}, {"current_password"}),
        ({"new": "short"}, {"password"}),
        ({"new": PASSWORD}, {"password"}),
        ({"new": "ada@example.org"}, {"password"}),
        ({"repeated": "something else"}, {"confirm_password"}),
    ],
)
def test_no_new_password_without_the_old_one_or_when_it_is_bad(ada, token, given, fields):
    other = make_session(ada)
    with pytest.raises(Invalid) as fault:
        change(ada, token, **given)
    assert fault.value.fields.keys() == fields
    assert sessions.principal_of_token(token).is_somebody
    assert sessions.principal_of_token(other).is_somebody
    assert opens("ada@example.org", PASSWORD)
    assert "account:password:change" not in tags()


def test_a_thief_with_the_session_may_guess_ten_times(ada, token):
    for number in range(10):
        with pytest.raises(Invalid):
            changing.change_password(ada, f"guess {number}", NEW, repeated=NEW, session_token=token, ip=f"198.51.100.{number}")
    with pytest.raises(TooOften):
        changing.change_password(ada, PASSWORD, NEW, repeated=NEW, session_token=token, ip="198.51.100.99")


def test_an_address_moves_when_its_reader_says_so(ada, token):
    other = make_session(ada)
    with writing() as session:
        old_reset = one_time.make(session, one_time.RESET, ada.owner_id, seconds=600)
    assert move(ada, token, " Ada@NEW.example.org") == "ada@new.example.org"
    assert opens("ada@example.org", PASSWORD)
    assert any("about to change" in mail.subject for mail in mails_to("ada@example.org"))
    secret = link_for("ada@new.example.org")
    assert changing.confirm_email_change(secret, session_token=token, ip=IP) == "ada@new.example.org"
    assert (opens("ada@example.org", PASSWORD), opens("ada@new.example.org", PASSWORD)) == (False, True)
    with reading() as session:
        account = session.get_one(Account, ada.owner_id)
        assert session.get_one(Owner, ada.owner_id).email == account.email == "ada@new.example.org"
    assert sessions.principal_of_token(token).email == "ada@new.example.org"
    assert not sessions.principal_of_token(other).is_somebody
    assert "was changed" in mails_to("ada@example.org")[-1].subject
    for dead in (secret, links.token_of(old_reset.id)):
        with pytest.raises(Refused):
            changing.confirm_email_change(dead, session_token="", ip=IP)
    with writing() as session, pytest.raises(Refused):
        one_time.consume(session, links.token_of(old_reset.id), one_time.RESET)


def test_a_taken_address_gives_the_same_answer_and_its_reader_is_told(ada, token):
    bob = make_account("bob@example.org")
    assert move(ada, token, "bob@example.org") == "bob@example.org"
    letters = mails_to("bob@example.org")
    assert "already" in letters[-1].subject
    assert letters[-1].link_id is None
    assert bob.email not in mails_to("ada@example.org")[-1].body
    with reading() as session:
        assert session.exec(select(OneTimeLink).where(OneTimeLink.purpose == one_time.EMAIL)).all() == []


def test_an_address_that_got_an_account_meanwhile_stays_with_it(ada, token):
    move(ada, token)
    secret = link_for("ada@new.example.org")
    make_account("ada@new.example.org")
    with pytest.raises(Refused):
        changing.confirm_email_change(secret, session_token=token, ip=IP)
    with reading() as session:
        assert session.get_one(Account, ada.owner_id).email == "ada@example.org"
        assert session.get_one(Owner, ada.owner_id).email == "ada@example.org"


@pytest.mark.parametrize("address", ["", "no address", "ada@example.org", "ADA@Example.org", "a@b.example,c@d.example"])
def test_addresses_that_are_none_or_their_own(ada, token, address):
    with pytest.raises(Invalid) as fault:
        move(ada, token, address)
    assert fault.value.fields.keys() == {"new_email"}


def test_the_rule_of_registration_holds_for_the_new_address(ada, token, configure):
    configure(registration="academic")
    with pytest.raises(Invalid):
        move(ada, token, "ada@shop.example.com")
    move(ada, token, "ada@mit.edu")
    configure(registration="closed")
    changing.confirm_email_change(link_for("ada@mit.edu"), session_token=token, ip=IP)
    with reading() as session:
        account = session.get_one(Account, ada.owner_id)
        assert ("Massachusetts" in account.institution, account.country) == (True, "US")


def test_an_address_changes_twice_a_day_and_only_with_the_password(ada, token):
    with pytest.raises(Invalid) as fault:
        move(ada, token, password="wrong")
    assert fault.value.fields.keys() == {"current_password"}
    first = move(ada, token, "one@example.org") and link_for("one@example.org")
    move(ada, token, "two@example.org")
    with pytest.raises(TooOften):
        move(ada, token, "three@example.org")
    with pytest.raises(Refused):  # the newer mail took its place
        changing.confirm_email_change(first, session_token=token, ip=IP)


def test_who_has_the_mailbox_alone_moves_nobodys_account(ada, token):
    """Eve types the address of Bob, and Bob, who has no account or another one, presses the button: nothing becomes Eve's."""
    move(ada, token, "bob@example.org")
    secret = link_for("bob@example.org")
    eve = make_session(make_account("eve@example.org"))
    for session_token in ("", "x", eve):
        with pytest.raises(Refused, match="Sign in to your account"):
            changing.confirm_email_change(secret, session_token=session_token, ip=IP)
    assert (opens("ada@example.org", PASSWORD), opens("bob@example.org", PASSWORD)) == (True, False)
    assert changing.confirm_email_change(secret, session_token=token, ip=IP) == "bob@example.org"


def test_a_disabled_person_cannot_move(ada, token):
    move(ada, token)
    secret = link_for("ada@new.example.org")
    with writing() as session:
        account = session.get_one(Account, ada.owner_id)
        session.get_one(LocalUser, account.local_user_id).enabled = False
    with pytest.raises(Refused):
        changing.confirm_email_change(secret, session_token="", ip=IP)


def test_nothing_in_the_database_opens_anything(ada, token, dump):
    move(ada, token)
    new = change(ada, token)
    content = dump()
    for secret in (token, new, link_for("ada@new.example.org"), PASSWORD, NEW):
        assert secret not in content
