"""The account page's states: the person's own, nobody else's, and no secret in any of them."""

import pytest
from reflex_base.utils.format import json_dumps

from sciflask_reflex import routes
from sciflask_reflex.account.activity_state import ActivityState
from sciflask_reflex.account.confirm_state import ConfirmEmailState
from sciflask_reflex.account.mails_state import MailsState
from sciflask_reflex.account.page import LOADS
from sciflask_reflex.account.sessions_state import SessionsState
from sciflask_reflex.account.state import AccountState
from sciflask_reflex.account.tokens_state import TokensState
from sciflask_reflex.http.flash import Flash, set_flash
from sciflask_reflex.identity import looking, session_list, sessions, tokens
from sciflask_reflex.identity.cookies import SESSION_COOKIE, hash_of, new_guest_token
from sciflask_reflex.identity.sessions import ensure_guest
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.models import Role
from tests.accounts import make_session

pytestmark = pytest.mark.anyio


@pytest.fixture
def ada(small_site, someone):
    return someone()


async def test_details_and_what_the_form_said(ada, desk):
    flash = set_flash(Flash(f"{routes.ACCOUNT}#email", "Look again.", {"new_email": "No."}, {"new_email": "x"})).split(";")[0]
    async with desk() as it:
        tab = it.tab(cookie=f"{SESSION_COOKIE}={ada.token}; {flash}", path="/account")
        await tab.send(AccountState.load)
        state = await tab.state(AccountState)
        assert (state.details.first_name, state.details.email, state.details.has_password) == ("Ada", "ada@example.org", True)
        assert (state.form, state.sentence, state.faults, state.values, state.failed) == (
            "email",
            "Look again.",
            {"new_email": "No."},
            {"new_email": "x"},
            True,
        )
        assert state.loaded
        await tab.send(AccountState.finish)
        assert (await tab.state(AccountState)).ready > 0


async def test_what_stands_at_a_field_is_not_said_twice(ada, desk):
    flash = set_flash(Flash(f"{routes.ACCOUNT}#email", "No.", {"new_email": "No."})).split(";")[0]
    async with desk() as it:
        tab = it.tab(cookie=f"{SESSION_COOKIE}={ada.token}; {flash}", path="/account")
        await tab.send(AccountState.load)
        assert ((await tab.state(AccountState)).sentence, (await tab.state(AccountState)).faults) == ("", {"new_email": "No."})


async def test_guests_and_strangers_go_to_sign_in(small_site, desk, redirects_of):
    guest = new_guest_token()
    ensure_guest(guest, ip="192.0.2.1")
    async with desk() as it:
        for token in ("", guest):
            for load in LOADS:
                assert redirects_of(await it.tab(token, path="/account").send(load)) == ["/login?next=/account"]


async def test_nothing_that_opens_anything_reaches_the_browser(ada, desk):
    other = make_session(ada.who)
    key = tokens.create_for(ada.owner_id, name="script", scope="read", days=1)
    async with desk() as it:
        tab = it.tab(ada.token, path="/account")
        sent = [update.delta for load in LOADS for update in await tab.send(load)]
        assert it.faults == []
    content = json_dumps(sent)
    assert "script" in content
    for secret in (ada.token, other, key):
        assert secret not in content
        assert hash_of(secret)[:16] not in content


async def test_a_session_is_ended_by_its_person_alone(ada, someone, desk):
    other, bob = make_session(ada.who), someone("bob@example.org")
    async with desk() as it:
        mine, theirs = it.tab(ada.token, path="/account"), it.tab(bob.token, path="/account")
        await mine.send(SessionsState.load)
        (number,) = [row.id for row in (await mine.state(SessionsState)).rows if not row.is_this]
        name = SessionsState.get_full_name()
        for none in (0, 2**40, 10**30, "x"):
            await mine.send(f"{name}.revoke", session_id=none)
        assert it.faults == []
        await theirs.send(f"{name}.revoke", session_id=number)
        assert "does not exist" in (await theirs.state(SessionState)).notice
        assert sessions.principal_of_token(other).is_somebody
        await mine.send(f"{name}.revoke", session_id=number)
        assert not sessions.principal_of_token(other).is_somebody
        assert [row.is_this for row in (await mine.state(SessionsState)).rows] == [True]


async def test_everywhere_else_and_the_other_tab_is_out_at_its_next_event(ada, desk, redirects_of):
    other = make_session(ada.who)
    async with desk() as it:
        here, there = it.tab(ada.token, path="/account"), it.tab(other, path="/account")
        await there.send(AccountState.load)
        await here.send(f"{SessionsState.get_full_name()}.revoke_others")
        assert (await here.state(SessionsState)).said == "One session has ended."
        assert redirects_of(await there.send(AccountState.load)) == ["/login?next=/account"] or not (await there.state(AccountState)).loaded
        assert (await there.state(AccountState)).details.email == ""


async def test_a_token_is_revoked_by_its_person_alone(ada, someone, desk):
    bob = someone("bob@example.org")
    key = tokens.create_for(ada.owner_id, name="script", scope="read", days=1)
    (row,) = tokens.list_for(ada.owner_id)
    async with desk() as it:
        name = TokensState.get_full_name()
        await it.tab(bob.token).send(f"{name}.revoke", token_id=row.id)
        assert tokens.principal_of_bearer(key).is_somebody
        tab = it.tab(ada.token)
        await tab.send(f"{name}.revoke", token_id=row.id)
        assert not tokens.principal_of_bearer(key).is_somebody
        assert [(shown.state, shown.used != "") for shown in (await tab.state(TokensState)).rows] == [("revoked", True)]


async def test_mails(ada, desk):
    async with desk() as it:
        tab, name = it.tab(ada.token), MailsState.get_full_name()
        await tab.send(f"{name}.choose", kind="finished", wanted=False)
        assert ((await tab.state(MailsState)).unwanted, (await tab.state(MailsState)).said) == (["finished"], "Saved.")
        for kind in ("account", "nonsense", None):
            await tab.send(f"{name}.choose", kind=kind, wanted=False)
            assert (await tab.state(SessionState)).notice
        assert (await tab.state(MailsState)).unwanted == ["finished"]


async def test_older_events_come_when_asked_for(ada, desk):
    for _ in range(25):
        session_list.revoke_others(ada.owner_id, ada.token)
        make_session(ada.who)
    async with desk() as it:
        tab = it.tab(ada.token)
        await tab.send(ActivityState.load)
        first = await tab.state(ActivityState)
        assert (len(first.rows), first.has_more) == (20, True)
        while (await tab.state(ActivityState)).has_more:
            await tab.send(ActivityState.more)
        numbers = [row.id for row in (await tab.state(ActivityState)).rows]
        assert len(numbers) == len(set(numbers)) > 40


async def test_whoever_looks_as_somebody_sees_and_cannot_touch(ada, someone, desk):
    admin, other = someone("eve@example.org", role=Role.ADMIN), make_session(ada.who)
    looking.start(admin.token, ada.owner_id)
    async with desk() as it:
        tab = it.tab(admin.token, path="/account")
        await tab.send(AccountState.load)
        assert (await tab.state(AccountState)).details.email == "ada@example.org"
        await tab.send(f"{SessionsState.get_full_name()}.revoke_others")
        await tab.send(f"{MailsState.get_full_name()}.choose", kind="finished", wanted=False)
    assert sessions.principal_of_token(other).is_somebody


async def test_what_became_of_a_new_address(ada, desk):
    flash = set_flash(Flash(routes.CONFIRM_EMAIL, "It is done.", tone="ok")).split(";")[0]
    async with desk() as it:
        tab = it.tab(cookie=flash, path="/confirm-email")
        await tab.send(ConfirmEmailState.load)
        state = await tab.state(ConfirmEmailState)
        assert (state.done, state.sentence, state.signed_in) == (True, "It is done.", False)
