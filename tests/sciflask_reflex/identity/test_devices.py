"""Known browsers: a sign-in from another one is told by mail."""

import pytest
from sqlmodel import select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.identity import devices, signing_in
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.models import KnownDevice
from sciflask_reflex.models import MailKind, Owner
from tests.accounts import IP, mails_to, make_account

EMAIL = "ada@example.org"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def enter(person, device="", ip=IP):
    return signing_in.complete(person.owner_id, Browser(ip, FIREFOX, device), method="password", remember=False).device


def test_the_first_browser_is_no_news_and_the_second_is(site):
    person = make_account()
    first = enter(person)
    assert mails_to(EMAIL) == []
    assert enter(person, first) == first
    assert mails_to(EMAIL) == []
    second = enter(person, ip="198.51.100.77")
    assert second not in ("", first)
    (mail,) = mails_to(EMAIL)
    assert mail.kind == MailKind.NEW_DEVICE
    assert "Firefox on Linux" in mail.body
    assert "198.51.100.0/24" in mail.body
    assert second not in mail.body
    enter(person, second)
    assert len(mails_to(EMAIL)) == 1


def test_the_database_has_no_device(site, dump):
    assert enter(make_account()) not in dump()


def test_a_value_that_is_not_ours_is_replaced(small_site):
    assert enter(make_account(), "planted by somebody") != "planted by somebody"


def test_people_who_share_a_browser_keep_it(small_site):
    ada, bob = make_account(), make_account("bob@example.org")
    device = enter(ada)
    assert enter(bob, device) == device
    assert enter(ada, device) == device
    assert mails_to(EMAIL) == mails_to("bob@example.org") == []
    with reading() as session:
        assert len(session.exec(select(KnownDevice)).all()) == 2


def test_who_wants_no_such_mail_gets_none(small_site):
    person = make_account()
    with writing() as session:
        session.get_one(Owner, person.owner_id).unwanted_mails = [MailKind.NEW_DEVICE]
    enter(person)
    enter(person)
    assert mails_to(EMAIL) == []


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)  # fmt: skip
def test_browsers_in_words(agent, words):
    assert devices.in_words(agent) == words


@pytest.mark.parametrize(
    ("ip", "short"),
    [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:7:1::9", "2001:0db8:0007::/48"), ("::ffff:192.0.2.77", "192.0.2.0/24"), ("unknown", "")],
)
def test_addresses_are_shortened(ip, short):
    assert devices.shortened(ip) == short
