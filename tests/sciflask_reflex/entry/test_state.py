import pytest
from reflex_base.utils.format import json_dumps

from sciflask_reflex.entry.state import EntryState
from sciflask_reflex.http.flash import Flash, set_flash
from sciflask_reflex.identity import service
from sciflask_reflex.identity.cookies import hash_of
from sciflask_reflex.identity.state import SessionState

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse battery"


@pytest.fixture
def site(sqlite, keys):
    return sqlite


@pytest.fixture
def ada(site):
    return service.register("ada@example.org", PASSWORD, first_name="Ada", last_name="King", accepted_terms=True, ip="192.0.2.1")


async def test_the_form_shows_what_the_redirect_left(site, desk):
    cookie = set_flash(Flash("/register", "Look again.", {"email": "No."}, {"email": "ada"})).split(";")[0]
    async with desk() as it:
        tab = it.tab(cookie=cookie)
        await tab.send(EntryState.load_login)
        assert (await tab.state(EntryState)).sentence == ""
        await tab.send(EntryState.load_register)
        state = await tab.state(EntryState)
        assert (state.sentence, state.faults["email"], state.values["email"]) == ("Look again.", "No.", "ada")
        assert state.form_key


@pytest.mark.parametrize(
    ("path", "target"), [("/login?next=/upload", "/upload"), ("/login", "/profile"), ("/login?next=//evil.example", "/profile")]
)
async def test_whoever_is_signed_in_is_sent_on(ada, desk, redirects_of, path, target):
    async with desk() as it:
        assert redirects_of(await it.tab(ada, path=path).send(EntryState.load_login)) == [target]


async def test_the_header_knows_the_person_and_no_secret(ada, desk):
    async with desk() as it:
        tab = it.tab(ada)
        answer = await tab.send(SessionState.load)
        state = await tab.state(SessionState)
        assert (state.signed_in, state.name, state.initials, state.email) == (True, "Ada King", "AK", "ada@example.org")
        sent = json_dumps([update.delta for update in answer])  # as it travels: Reflex leaves private headers out there
        assert "Ada King" in sent
        assert ada not in sent
        assert hash_of(ada) not in sent


async def test_wide_open_or_closed(site, desk, monkeypatch):
    from sciflask_reflex.settings import settings

    monkeypatch.setenv("SCIFLASK_REGISTRATION", "closed")
    settings.cache_clear()
    async with desk() as it:
        tab = it.tab()
        await tab.send(EntryState.load_register)
        assert (await tab.state(EntryState)).closed
    settings.cache_clear()


def test_pages_have_the_words_that_people_look_for(site):
    from sciflask_reflex.entry import page

    register, login = str(page.register()), str(page.login())
    for word in (
        "First name",
        "Last name",
        "Email",
        "Password",
        "Confirm password",
        "I accept the terms and conditions",
        "Create account",
        "/terms",
    ):
        assert word in register
    for word in ("Email", "Password", "Sign in", "Forgot your password?", "/reset-password"):
        assert word in login
    for text, action in ((register, "/auth/register"), (login, "/auth/login")):
        assert action in text
        assert "onSubmit" not in text
    assert "mail" in str(page.reset_password()) or "Ask the person" in str(page.reset_password())
