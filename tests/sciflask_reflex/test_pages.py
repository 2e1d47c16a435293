"""Every page is where the contracts say, can be drawn, and names its controls as promised."""

import html
import json
import re
from dataclasses import replace
from importlib import import_module

import pytest

from pipeline import tools
from sciflask_reflex import routes
from sciflask_reflex.analyses import form_page
from sciflask_reflex.feature.place import pages_of
from sciflask_reflex.sciflask_reflex import FEATURES, PAGES, app
from tests.browser import test_every_page as every_page

PROMISED = {
    "/", "/login", "/register", "/reset-password", "/profile", "/upload", "/studies/[id]/analyse", "/analyses/[id]", "/tools",
    "/tools/[slug]", "/account", "/help", "/about", "/terms", "/privacy", "/r/[token]",
}  # fmt: skip
OWN = {
    "/try/[slug]", "/confirm-email", "404", "/register/sent", "/confirm", "/confirm/again", "/reset-password/sent", "/reset-password/new",
    "/login/second-step", "/register/provider", "/register/provider/sent", "/register/provider/confirm",
}  # fmt: skip
OF_FEATURES = {page.path for page in pages_of(feature for feature in FEATURES if feature.prefix)}
"""Pages of features: their own tests say where they are."""
WORDS = {
    "/": ("Try it with example data", "Sign in", "Create account"),
    "/register": ("First name", "Last name", "Email", "Password", "Confirm password", "I accept the terms and conditions", "Create account"),
    "/login": ("Email", "Password", "Sign in", "Forgot your password?"),
    "/upload": (
        "Study name", "Dataset 1", "Dataset 2", "Type of dataset 1", "Type of dataset 2", "More than one dataset",
        "I accept the terms and conditions", "Check data", "Save study",
    ),
    "/studies/[id]/analyse": ("Analysis name", "Run analysis", "Take the tour"),
    "/profile": ("Studies", "Analyses", "Account", "Analyse", "Explore", "Download", "Cancel", "Delete", "Take the tour"),
    "/account": (
        "Details", "Email", "Password", "Second step", "Passkeys", "Linked identities", "Sessions", "API tokens", "Mails", "Activity", "Your data", "Save name", "Change address",
        "Change password", "Sign out everywhere else", "Sign out everywhere", "Export everything", "Delete my account",
    ),
    "/login/second-step": ("Code", "Continue", "Use a passkey", "Sign in as somebody else"),
    "/register/provider": ("First name", "Last name", "Email", "I accept the terms and conditions", "Create account"),
    "/confirm-email": ("Confirm the new address",),
    "/analyses/[id]": ("Download all", "Cancel", "Run again", "progressbar", '\\"status\\"'),
}  # fmt: skip


def contract(route):
    """Return a route as the contracts write it."""
    for tool in tools().values():
        if route == routes.tool(tool.slug):
            return "/tools/[slug]"
    return route.replace("[study_id]", "[id]").replace("[analysis_id]", "[id]")


@pytest.fixture(scope="module")
def drawn():
    """Every page as it is given to the browser."""
    return {contract(page.path): str(page.draw()) for page in PAGES}


def test_the_addresses_are_those_of_the_contract():
    managed = {page.path for page in PAGES if page.path.startswith("/manage")}
    assert {contract(page.path) for page in PAGES} - managed - OF_FEATURES == PROMISED | OWN
    assert len({page.path for page in PAGES}) == len(PAGES)


def test_every_page_is_read_in_a_browser():
    read = {contract(address) for addresses in every_page.PAGES.values() for address in addresses} | {
        "/studies/[id]/analyse",
        "/analyses/[id]",
        "/r/[token]",
    }
    leads_on = {"/try/[slug]"}  # to the form of the example's study
    assert {contract(page.path) for page in PAGES if page.path != "404"} - read - OF_FEATURES == leads_on


def test_every_page_of_a_feature_is_read_in_a_browser():
    read = {address.partition("?")[0] for addresses in every_page.PAGES.values() for address in addresses}
    forms = {path: re.compile(re.sub(r"\[[^]]*]", "[^/]+", path)) for path in OF_FEATURES}
    unread = sorted(path for path, form in forms.items() if not any(map(form.fullmatch, read)))
    assert unread == [], "Name an address of each in `browser` of the feature's promises.py."


def test_every_page_has_a_title_of_its_own():
    assert len({page.title for page in PAGES}) == len(PAGES)


@pytest.mark.parametrize("route", sorted(PROMISED | OWN | OF_FEATURES))
def test_a_page_is_drawn_in_the_frame(drawn, route):
    text = drawn[route]
    assert "Skip to the content" in text
    assert '"main"' in text
    assert "/auth/logout" in text


@pytest.mark.parametrize(("route", "word"), [(route, word) for route, words in WORDS.items() for word in words])
def test_controls_are_called_what_people_were_promised(drawn, route, word):
    assert word.replace('\\"', '"') in drawn[route]


@pytest.mark.parametrize("route", sorted(PROMISED | OWN | OF_FEATURES))
def test_no_page_loads_anything_from_elsewhere(drawn, route):
    for start in ('src:"http', 'src:"//', 'rel:"stylesheet"', "<script"):
        assert start not in drawn[route].replace(" ", "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_every_page_knows_who_is_here_and_follows_their_work(page):
    events = [getattr(event, "handler", event).fn.__qualname__ for event in app.get_load_events(page.path)]
    assert events[:2] == ["SessionState.load", "LiveState.join"]


@pytest.mark.parametrize("given", [p for tool in tools().values() for p in tool.parameters], ids=lambda p: p.name)
def test_every_parameter_is_a_field_with_its_own_words(drawn, given):
    text = html.unescape(drawn["/studies/[id]/analyse"]).replace('\\"', '"')
    assert f'"{given.title}' in text
    assert f'name:"{given.name}"' in text.replace(" ", "")
    assert given.help.split(". ")[0] in text
    for value, label in given.choices:
        assert value in text
        assert label in text
    if given.bounds and given.kind in ("integer", "number"):
        assert given.bounds[:1].upper() + given.bounds[1:] in text


def test_the_form_has_no_field_that_no_tool_declares(monkeypatch, drawn):
    monkeypatch.setattr(form_page, "tools", lambda: {slug: replace(tool, parameters=()) for slug, tool in tools().items()})
    bare = str(form_page.analyse())
    for tool in tools().values():
        for given in tool.parameters:
            assert given.title not in bare


@pytest.mark.parametrize("slot", [slot for tool in tools().values() for slot in tool.inputs], ids=lambda slot: slot.name)
def test_every_input_has_a_file_control_with_its_own_words(drawn, slot):
    text = drawn["/upload"]
    for words in (slot.title, slot.help, slot.type_title, slot.type_example):
        assert json.dumps(words, ensure_ascii=False)[1:-1] in text or words in text


@pytest.mark.parametrize("route", ["/upload", "/profile", "/studies/[id]/analyse", "/analyses/[id]"])
def test_every_stop_of_a_tour_is_on_its_page(drawn, route):
    modules = {
        "/upload": "studies.page",
        "/profile": "profile.page",
        "/studies/[id]/analyse": "analyses.form_page",
        "/analyses/[id]": "analyses.page",
    }
    stops = import_module(f"sciflask_reflex.{modules[route]}").STOPS
    assert len(stops) > 2
    for stop in stops[1:]:
        assert f'id:"{stop.target.removeprefix("#")}"' in drawn[route].replace(" ", "")
