"""The parts of a feature are found where its prefix says, and nothing of it is changed by that."""

import httpx
import pytest
import reflex as rx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import sciflask_reflex.sciflask_reflex
from sciflask_reflex.analyses import tool_views
from sciflask_reflex.feature import Feature, NavLink, Page, Stop, ToolView, place
from sciflask_reflex.feature.place import furnish, pages_of, routes_of
from sciflask_reflex.shell import nav, places, tour

assert sciflask_reflex.sciflask_reflex.app
pytestmark = pytest.mark.anyio
OURS = {"origin": "http://localhost:3000"}


def draw():
    return rx.el.p("Lab")


async def number(request):
    return PlainTextResponse(request.path_params["number"] + request.method)


class Louder:
    """Middleware of a route, which must not be lost when the route is placed."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        scope["path_params"] = {"number": "loud"}
        await self.app(scope, receive, send)


LAB = Feature(
    "lab", "/lab", (Page("", draw, "Lab"), Page("/sample/[number]", draw, "Sample")),
    (Route("/sample/{number}.txt", number, methods=["GET", "POST"], name="sample"), Route("/loud", number, middleware=[Middleware(Louder)])),
    (NavLink("Lab"), NavLink("Numbers", "/sample/[number]", "administration", "admin"), NavLink("Mine", "", "person", "user"), NavLink("Imprint of the lab", "", "foot")),
    {"profile": (Stop("#lab", "The lab", "Look here."),)},
    views={"correlation": ToolView(lambda shown: rx.el.p("In words: ", shown.metrics["samples"]), place="instead")},
)  # fmt: skip


@pytest.fixture
def furnished(monkeypatch):
    """A frame with the feature in it, for this test alone."""
    monkeypatch.setattr(places, "_added", [])
    monkeypatch.setattr(tour, "_added", {})
    monkeypatch.setattr(tool_views, "_views", {})
    monkeypatch.setattr(place, "OURS", {"sciflask_reflex"})
    furnish([LAB])


def test_pages_are_below_the_prefix():
    assert [page.path for page in pages_of([LAB])] == ["/lab", "/lab/sample/[number]"]
    assert [page.path for page in LAB.pages] == ["", "/sample/[number]"]
    assert [page.path for page in pages_of([Feature("site", "", (Page("/", draw, "Home"), Page("404", draw, "None")))])] == ["/", "404"]


async def test_routes_are_below_the_prefix_and_answer_there_alone():
    app = Starlette(routes=routes_of([LAB]))
    assert app.url_path_for("sample", number="7") == "/lab/sample/7.txt"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:3000") as client:
        assert (await client.get("/lab/sample/7.txt")).text == "7GET"
        assert (await client.get("/sample/7.txt")).status_code == 404
        assert (await client.get("/lab/loud")).text == "loudGET"
    assert [route.path for route in LAB.routes] == ["/sample/{number}.txt", "/loud"]


@pytest.mark.parametrize(("headers", "status"), [
    (OURS, 200), ({}, 403), ({"origin": "https://evil.example"}, 403), ({"sec-fetch-site": "cross-site"}, 403), ({"sec-fetch-site": "same-origin"}, 200),
])  # fmt: skip
async def test_another_site_cannot_make_a_browser_change_something(headers, status):
    app = Starlette(routes=routes_of([LAB]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:3000") as client:
        assert (await client.post("/lab/sample/7.txt", headers=headers)).status_code == status


def test_links_stand_at_their_places_on_wide_and_narrow_screens(furnished):
    bar = str(nav.bar())
    assert bar.count('"Lab"') == 2  # once on the bar, once in the menu of a phone
    assert bar.count('"Mine"') == 3  # for visitors and members on the bar, and in the menu
    assert '"Imprint of the lab"' in str(nav.foot())
    assert "Numbers" not in bar
    assert [link.path for link in places.links("administration")] == ["/lab/sample/[number]"]


def test_a_bar_with_many_links_becomes_a_menu_earlier(furnished, monkeypatch):
    assert '"bar crowded"' in str(nav.bar())
    monkeypatch.setattr(places, "_added", places._added[:1])
    assert '"bar crowded"' not in str(nav.bar())


@pytest.mark.parametrize(("needs", "var"), [("anyone", None), ("owner", "is_guest"), ("user", "signed_in"), ("admin", "is_admin")])
def test_a_link_is_shown_to_those_it_is_for(needs, var):
    drawn = str(rx.fragment(places.only_for(needs, draw())))
    assert (var in drawn) if var else "_state" not in drawn


def test_a_tour_ends_with_the_stops_that_features_add(furnished):
    drawn = str(tour.tour("profile", [Stop("", "My work", "Walk?"), Stop("#studies", "Studies", "Here.")]))
    assert drawn.index("#studies") < drawn.index("#lab")
    assert "#lab" not in str(tour.tour("upload", [Stop("", "Upload", "Walk?")]))


def test_the_gate_asks_of_a_feature_s_package_what_it_asks_of_ours(furnished):
    assert {"sciflask_reflex", __name__.partition(".")[0]} == place.OURS


def test_furnishing_twice_changes_nothing(furnished):
    before = str(nav.bar()), str(tour.tour("profile", [Stop("", "My work", "Walk?")]))
    furnish([LAB])
    assert (str(nav.bar()), str(tour.tour("profile", [Stop("", "My work", "Walk?")]))) == before


@pytest.mark.parametrize("path", ["/analyses/[analysis_id]", "/r/[token]"])
def test_a_tool_s_own_view_is_on_both_pages_of_a_result(furnished, path):
    page = next(page for page in sciflask_reflex.sciflask_reflex.PAGES if page.path == path)
    assert "In words: " in str(page.draw())
