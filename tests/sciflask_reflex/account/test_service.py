"""Which mails a person wants."""

import pytest

from sciflask_reflex.account import service
from sciflask_reflex.account.mails_view import KINDS
from sciflask_reflex.db import writing
from sciflask_reflex.errors import Invalid, NotFound
from sciflask_reflex.jobs import letters
from sciflask_reflex.models import OPTIONAL_MAILS, MailKind, Owner


def test_the_page_has_words_for_every_kind_that_may_be_turned_off():
    assert [kind for kind, _, _ in KINDS] == [str(kind) for kind in OPTIONAL_MAILS]


def test_what_is_turned_off_is_not_written(site, someone):
    ada, bob = someone(), someone("bob@example.org")
    assert service.want_mail(ada.owner_id, MailKind.FINISHED, wanted=False) == ["finished"]
    assert service.want_mail(ada.owner_id, MailKind.FINISHED, wanted=False) == ["finished"]
    assert (service.unwanted_mails(ada.owner_id), service.unwanted_mails(bob.owner_id)) == (["finished"], [])
    with writing() as session:
        for person, written in ((ada, False), (bob, True)):
            owner = session.get_one(Owner, person.owner_id)
            assert (
                letters.write(session, to=owner.email or "", subject="s", body="b", cause=owner.id, kind=MailKind.FINISHED, owner=owner)
                is written
            )
    assert service.want_mail(ada.owner_id, MailKind.FINISHED, wanted=True) == []


@pytest.mark.parametrize("kind", [MailKind.ACCOUNT, MailKind.OPERATOR, "nonsense"])
def test_mails_about_the_account_always_come(site, someone, kind):
    ada = someone()
    with pytest.raises(Invalid):
        service.want_mail(ada.owner_id, kind, wanted=False)
    assert service.unwanted_mails(ada.owner_id) == []


def test_nobody_has_no_choice(site):
    with pytest.raises(NotFound):
        service.want_mail("f" * 32, MailKind.FINISHED, wanted=False)
