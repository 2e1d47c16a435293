"""The mail with a link that a guest asks for: one for each address, few in all, and nobody's words in it."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from sciflask_reflex import links
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound, Refused, TooOften
from sciflask_reflex.identity.adoption import adopt
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.models import Mail, MailKind, Owner, Role, Share
from sciflask_reflex.settings import settings
from sciflask_reflex.shares.mailing import Asker, mail_link
from tests.factories import make_owner

pytestmark = pytest.mark.usefixtures("site")
IP = "192.0.2.7"


def mails(kind: MailKind) -> list[Mail]:
    with reading() as session:
        return list(session.exec(select(Mail).where(Mail.kind == kind).order_by(col(Mail.created_at))))


def test_one_mail_with_the_link_and_a_reminder_that_waits(result):
    analysis = result(Role.GUEST, name="BUY NOW https://evil.example")
    until = mail_link(analysis.id, "Ada@EXAMPLE.org", Asker(analysis.owner_id, IP))
    (mail,), (reminder,) = mails(MailKind.ACCOUNT), mails(MailKind.RETENTION)
    with reading() as session:
        share = session.exec(select(Share)).one()
    assert share.expires_at == until
    assert (mail.to, mail.link_page, mail.link_id) == ("ada@example.org", "/r/", share.id)
    assert links.PLACE in mail.body
    assert links.token_of(share.id) not in mail.body
    assert "evil" not in mail.body + mail.subject + reminder.body + reminder.subject
    assert links.address_of("/r/", share.id) == f"{settings().public_url}/r/{links.token_of(share.id)}"
    assert reminder.next_try_at == until - timedelta(days=2)


def test_the_same_address_gets_it_once(result):
    analysis = result(Role.GUEST)
    mail_link(analysis.id, "ada@example.org", Asker(analysis.owner_id, IP))
    with pytest.raises(Refused, match="already"):
        mail_link(analysis.id, "ADA@example.org", Asker(analysis.owner_id, IP))
    mail_link(analysis.id, "bob@example.org", Asker(analysis.owner_id, IP))
    assert len(mails(MailKind.ACCOUNT)) == 2
    with reading() as session:
        assert len(session.exec(select(Share)).all()) == 2  # the refused one left none


def test_limits_for_address_guest_and_network(result):
    for number in range(3):
        analysis = result(Role.GUEST)
        mail_link(analysis.id, "ada@example.org", Asker(analysis.owner_id, f"192.0.2.{number}"))
    analysis = result(Role.GUEST)
    with pytest.raises(TooOften):
        mail_link(analysis.id, "ada@example.org", Asker(analysis.owner_id, "198.51.100.1"))
    for number in range(5):
        mail_link(analysis.id, f"a{number}@example.org", Asker(analysis.owner_id, IP))
    with pytest.raises(TooOften):
        mail_link(analysis.id, "a6@example.org", Asker(analysis.owner_id, "198.51.100.2"))
    for number in range(15):
        other = result(Role.GUEST)
        mail_link(other.id, f"b{number}@example.org", Asker(other.owner_id, IP))
    other = result(Role.GUEST)
    with pytest.raises(TooOften):
        mail_link(other.id, "c@example.org", Asker(other.owner_id, IP))


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "ada@example.org,bob@example.org", "ada@example.org\nBcc: x@example.org"])
def test_what_is_no_address_is_refused(result, email):
    analysis = result(Role.GUEST)
    with pytest.raises(Invalid):
        mail_link(analysis.id, email, Asker(analysis.owner_id, IP))
    assert mails(MailKind.ACCOUNT) == []


def test_somebody_elses_result_is_not_mailed(result):
    analysis = result(Role.GUEST)
    with pytest.raises(NotFound):
        mail_link(analysis.id, "ada@example.org", Asker(make_owner(Role.GUEST).id, IP))


def test_who_makes_an_account_keeps_links_and_counts_and_is_not_warned(result):
    analysis = result(Role.GUEST)
    mail_link(analysis.id, "ada@example.org", Asker(analysis.owner_id, IP))
    user = make_owner(studies_made=2, analyses_made=5)
    with writing() as session:
        guest = session.get_one(Owner, analysis.owner_id)
        guest.studies_made, guest.analyses_made = 1, 3
    with writing() as session:
        adopt(session, Principal(analysis.owner_id, Role.GUEST), user.id)
    with reading() as session:
        assert session.exec(select(Share.owner_id)).one() == user.id
        kept = session.get_one(Owner, user.id)
        assert (kept.studies_made, kept.analyses_made) == (3, 8)
    assert mails(MailKind.RETENTION) == []
    assert len(mails(MailKind.ACCOUNT)) == 1
