import pytest

from sciflask_reflex.entry.institution_state import InstitutionState, recognised
from sciflask_reflex.settings import settings
from tests.accounts import make_account

pytestmark = pytest.mark.anyio


@pytest.fixture
def site(sqlite, keys):
    return sqlite


async def looked(tab, email):
    await tab.send(f"{InstitutionState.get_full_name()}.look", email=email)
    state = await tab.state(InstitutionState)
    return state.institution, state.country, state.fault


async def test_the_form_says_what_it_recognises_and_what_not(site, desk):
    async with desk() as it:
        tab = it.tab()
        await tab.send(InstitutionState.load)
        assert not (await tab.state(InstitutionState)).asked
        assert await looked(tab, "ada") == await looked(tab, "ada@imperial") == ("", "", "")
        assert await looked(tab, "ada@mail.IMPERIAL.ac.uk") == ("Imperial College London", "United Kingdom", "")
        institution, country, fault = await looked(tab, "ada@notmit.edu")
        assert (institution, country) == ("", "")
        assert "notmit.edu" in fault
        assert (await tab.state(InstitutionState)).asked


async def test_it_says_the_same_whether_or_not_the_address_has_an_account(site, desk):
    make_account("ada@imperial.ac.uk")
    async with desk() as it:
        assert await looked(it.tab(), "ada@imperial.ac.uk") == await looked(it.tab(), "nobody@imperial.ac.uk")


@pytest.mark.parametrize("email", ["x" * 20_000, ["a"], {"a": 1}, None, 7])
async def test_what_is_no_text_of_this_length_changes_nothing(site, desk, email):
    async with desk() as it:
        tab = it.tab()
        await tab.send(f"{InstitutionState.get_full_name()}.look", email=email)
        state = await tab.state(InstitutionState)
        assert (state.institution, state.fault, state.asked) == ("", "", False)


def test_where_everybody_may_register_only_throw_away_addresses_are_a_fault(site, monkeypatch):
    monkeypatch.setenv("SCIFLASK_REGISTRATION", "open")
    settings.cache_clear()
    assert recognised("ada@example.org") == ("", "", "")
    assert recognised("ada@mit.edu")[0] == "Massachusetts Institute of Technology"
    assert "throw-away" in recognised("ada@mailinator.com")[2]
