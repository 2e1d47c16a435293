import pytest
from reflex_base.utils.format import json_dumps

from sciflask_reflex.entry.state import EntryState
from sciflask_reflex.http.flash import Flash, set_flash
from sciflask_reflex.identity.cookies import hash_of
from sciflask_reflex.identity.state import SessionState
from tests.accounts import signed_in

pytestmark = pytest.mark.anyio


@pytest.fixture
def site(sqlite, keys):
    return sqlite


@pytest.fixture
def ada(site):
    return signed_in()


async def test_the_form_shows_what_the_redirect_left(site, desk):
    cookie = set_flash(Flash("/register", "Look again.", {"email": "No."}, {"email": "ada"})).split(";")[0]
    async with desk() as it:
        tab = it.tab(cookie=cookie)
        await tab.send(EntryState.load_login)
        assert (await tab.state(EntryState)).sentence == ""
        await tab.send(EntryState.load_register)
        state = await tab.state(EntryState)
        assert (state.sentence, state.faults["email"], state.values["email"]) == ("Look again.", "No.", "ada")


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
        assert (state.signed_in, state.name, state.email) == (True, "Ada Lovelace", "ada@example.org")
        sent = json_dumps([update.delta for update in answer])  # as it travels: Reflex leaves private headers out there
        assert "Ada Lovelace" in sent
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


@pytest.mark.parametrize(
    ("load", "path"),
    [
        (EntryState.load_register_sent, "/register/sent"), (EntryState.load_confirm, "/confirm"), (EntryState.load_confirm_again, "/confirm/again"),
        (EntryState.load_reset, "/reset-password"), (EntryState.load_reset_sent, "/reset-password/sent"),
        (EntryState.load_new_password, "/reset-password/new"),
    ],
)  # fmt: skip
async def test_every_page_shows_what_was_left_for_it_alone(site, desk, load, path):
    mine, other = (set_flash(Flash(form, "News.", {}, {"email": "ada"}, "ok")).split(";")[0] for form in (path, "/elsewhere"))
    async with desk() as it:
        for cookie, sentence in ((mine, "News."), (other, "")):
            tab = it.tab(cookie=cookie)
            await tab.send(load)
            state = await tab.state(EntryState)
            assert (state.sentence, state.good_news) == (sentence, bool(sentence))


@pytest.mark.parametrize(
    "page", ["login", "register", "register_sent", "confirm", "confirm_again", "reset_password", "reset_sent", "new_password"]
)
def test_pages_have_the_words_that_people_look_for(site, page):
    from sciflask_reflex.entry import mail_page
    from sciflask_reflex.entry import page as entry

    words = {
        "login": ("Email", "Password", "Remember me", "Sign in", "Forgot your password?", "/reset-password", "/auth/login"),
        "register": (
            "First name", "Last name", "Email", "Password", "Confirm password", "I accept the terms and conditions", "Create account", "/terms",
            "/auth/register",
        ),
        "register_sent": ("Read your mail", "/confirm/again", "Go on as a guest"),
        "confirm": ("Confirm my address", "LinkToken", "/auth/confirm"),
        "confirm_again": ("Send the mail", "Email", "/auth/confirm-again"),
        "reset_password": ("Send the link", "Email", "/auth/reset-password"),
        "reset_sent": ("If there is an account", "/reset-password"),
        "new_password": ("New password", "Confirm password", "LinkToken", "Set the password", "/auth/new-password"),
    }  # fmt: skip
    text = str((getattr(entry, page, None) or getattr(mail_page, page))())
    assert [word for word in words[page] if word not in text] == []
    assert "onSubmit" not in text
