import pytest

from sciflask_reflex.errors import Invalid, Refused
from sciflask_reflex.identity import eligibility


@pytest.fixture
def mode(small_site, configure):
    return lambda value, **more: configure(registration=value, **more)


def test_academic_is_the_default(small_site, monkeypatch):
    monkeypatch.delenv("SCIFLASK_REGISTRATION", raising=False)
    eligibility.settings.cache_clear()
    eligibility.require_welcome("ada@imperial.ac.uk")
    with pytest.raises(Invalid):
        eligibility.require_welcome("ada@example.org")


def test_who_is_missing_learns_what_to_do_and_whom_to_write_to(mode):
    mode("academic", contact="help@example.org")
    with pytest.raises(Invalid) as refusal:
        eligibility.require_welcome("ada@notmit.edu")
    sentence = refusal.value.fields["email"]
    assert "notmit.edu" in sentence
    assert "help@example.org" in sentence
    mode("academic", contact="")
    assert "the people who run this site" in (eligibility.find_fault("ada@notmit.edu") or "")


@pytest.mark.parametrize("domain", ["mailinator.com", "mail.mailinator.com", "yopmail.com", "a.b.guerrillamail.com"])
def test_open_is_open_but_for_throw_away_addresses(mode, domain):
    mode("open")
    with pytest.raises(Invalid, match="throw-away"):
        eligibility.require_welcome(f"ada@{domain}")


@pytest.mark.parametrize(
    "domain", ["gmail.com", "imperial.ac.uk", "quite-another-mailinator.com", "mailinator.com.example.org", "institute.test"]
)
def test_open_to_everybody_else(mode, domain):
    mode("open")
    eligibility.require_welcome(f"ada@{domain}")


def test_closed_is_closed_for_everybody_but_addresses_may_still_change(mode):
    mode("closed")
    with pytest.raises(Refused, match="closed"):
        eligibility.require_welcome("ada@imperial.ac.uk")
    eligibility.require_eligible("ada@imperial.ac.uk")
