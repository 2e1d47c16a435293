"""Accounts that nobody confirmed go in time, and no others."""

from datetime import timedelta

import pytest
from sqlmodel import select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.identity import registering
from sciflask_reflex.identity.models import Account, LocalUser, OneTimeLink
from sciflask_reflex.identity.service import create_account
from sciflask_reflex.identity.unconfirmed import forget_unconfirmed
from sciflask_reflex.models import AuditEvent, Mail, Owner, utcnow
from sciflask_reflex.settings import settings

NEWCOMER = registering.Newcomer("ada@ox.ac.uk", "correct horse battery", "Ada", "Lovelace", accepted_terms=True)


@pytest.fixture
def waiting(site) -> str:
    """An account that waits for its address to be confirmed since long ago; its link is over."""
    registering.register(NEWCOMER, ip="192.0.2.1")
    with writing() as session:
        account = session.exec(select(Account)).one()
        account.created_at = utcnow() - timedelta(days=31)
        for link in session.exec(select(OneTimeLink)):
            link.expires_at = utcnow() - timedelta(days=30)
        return account.owner_id


def _addresses() -> list[str]:
    with reading() as session:
        return list(session.exec(select(Account.email)))


def test_it_goes_with_everything_of_it_and_its_address_is_free_again(waiting):
    create_account("grace@ox.ac.uk", "correct horse battery")
    assert forget_unconfirmed() == 1
    assert _addresses() == ["grace@ox.ac.uk"]
    with reading() as session:
        assert session.get(Owner, waiting) is None
        assert session.exec(select(LocalUser.username)).all() == ["grace@ox.ac.uk"]
        assert session.exec(select(Mail).where(Mail.to == "ada@ox.ac.uk")).all() == session.exec(select(OneTimeLink)).all() == []
        assert session.exec(select(AuditEvent.subject_id).where(AuditEvent.tag == "retention:account")).all() == [waiting]
    assert forget_unconfirmed() == 0
    registering.register(NEWCOMER, ip="192.0.2.1")
    assert set(_addresses()) == {"ada@ox.ac.uk", "grace@ox.ac.uk"}


@pytest.mark.parametrize("why", ["young", "confirmed", "can be confirmed", "disabled", "kept for ever"])
def test_what_is_not_over_stays(waiting, monkeypatch, why):
    with writing() as session:
        account = session.get_one(Account, waiting)
        if why == "young":
            account.created_at = utcnow() - timedelta(days=29)
        elif why == "confirmed":
            account.confirmed_at = utcnow()
        elif why == "disabled":
            session.get_one(LocalUser, account.local_user_id).enabled = False
    if why == "can be confirmed":
        registering.send_again("ada@ox.ac.uk", ip="192.0.2.1")
    if why == "kept for ever":
        monkeypatch.setenv("SCIFLASK_UNCONFIRMED_DAYS", "0")
        settings.cache_clear()
    assert forget_unconfirmed() == 0
    assert _addresses() == ["ada@ox.ac.uk"]
