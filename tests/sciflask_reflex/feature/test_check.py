"""What does not hold together is refused at start-up, with the feature, the part of it, and the cure."""

from dataclasses import replace

import pytest
import reflex as rx
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

import sciflask_reflex.sciflask_reflex as site
from sciflask_reflex.feature import Feature, FeatureError, NavLink, Page, Stop
from sciflask_reflex.feature.check import check, packages
from sciflask_reflex.gate import door


class OpenState(rx.State):
    """A state of a lab's own."""

    def unguarded(self):
        """What anybody could call."""

    @rx.event
    @door(reads=True)
    async def load(self):
        """What has a rule."""


def draw():
    return rx.el.p("Lab")


def answer(request):
    return PlainTextResponse("here")


PAGE = Page("", draw, "Lab", (OpenState.load,))
LAB = Feature("lab", "/lab", (PAGE, Page("/sample/[number]", draw, "Sample")), (Route("/picture.png", answer),), (NavLink("Lab"),))


def faults(*features: Feature) -> str:
    with pytest.raises(FeatureError) as refused:
        check(features)
    return str(refused.value)


def test_what_the_site_is_made_of_holds_together():
    check((*site.FEATURES, LAB))


def test_features_beside_each_other_hold_together():
    check((LAB, Feature("labs", "/labs", (Page("", draw, "Labs"),))))


@pytest.mark.parametrize(("change", "words"), [
    ({"name": "My Lab"}, ("'My Lab'", "lower-case words")),
    ({"prefix": "lab"}, ("the prefix 'lab' is no address", "'/lab'")),
    ({"prefix": "/lab/"}, ("is no address",)),
    ({"prefix": "/tools"}, ("'/tools' is taken by the site", "Choose another")),
    ({"prefix": "/auth/lab"}, ("is taken by the site",)),
    ({"prefix": "/metrics"}, ("is taken by the site",)),
    ({"pages": (Page("", draw, " "),)}, ("'lab', page ''", "no title", "Give it one")),
    ({"pages": (PAGE, Page("/lab/more", draw, "More"))}, ("page '/lab/more'", "relative to the prefix", "Write '/more'")),
    ({"pages": (PAGE, Page("/../login", draw, "More"))}, ("leads outside of '/lab'",)),
    ({"pages": (PAGE, Page("more", draw, "More"))}, ("leads outside of '/lab'", "Begin it with a slash")),
    ({"pages": (PAGE, Page("//evil.example", draw, "More"))}, ("leads outside of '/lab'",)),
    ({"pages": (replace(PAGE, draw="page"),)}, ("nothing draws it",)),
    ({"pages": (replace(PAGE, load=(OpenState.unguarded,)),)}, ("unguarded can be called by anybody", "Put @door(...)")),
    ({"pages": (replace(PAGE, load=(draw,)),)}, ("is no handler", "@rx.event")),
    ({"pages": (PAGE, Page("", draw, "Again"))}, ("the address '/lab' is taken by Feature 'lab', page ''",)),
    ({"pages": (PAGE, Page("/more", draw, "Lab"))}, ("the title 'Lab' is taken",)),
    ({"routes": (Route("/../x", answer),)}, ("route '/../x'", "leads outside")),
    ({"routes": (Route("/lab/x", answer),)}, ("relative to the prefix", "Write '/x'")),
    ({"routes": (Mount("/x", routes=[]),)}, ("only starlette.routing.Route",)),
    ({"pages": (PAGE, Page("/x", draw, "X")), "routes": (Route("/x", answer),)}, ("a page has this path already",)),
    ({"navigation": (NavLink("Lab", "/nowhere"),)}, ("the link 'Lab' leads to '/nowhere'", "Use the path of one of its pages")),
    ({"navigation": (NavLink("Lab", place="roof"),)}, ("at 'roof'", "sections, person, administration, foot")),
    ({"navigation": (NavLink("Lab", needs="king"),)}, ("is 'king'", "anyone, owner, user, admin")),
    ({"tour": {"moon": (Stop("", "Moon", "Here."),)}}, ("no tour 'moon'", "upload")),
    ({"views": {"nothing": lambda shown: draw()}}, ("no tool 'nothing'", "correlation")),
    ({"admin_views": (object,)}, ("is no view of the panel", "Shelf")),
])  # fmt: skip
def test_a_fault_names_feature_part_and_cure(change, words):
    told = faults(replace(LAB, **change))
    assert told.startswith("Feature ")
    for word in words:
        assert word in told


@pytest.mark.parametrize("prefix", ["/lab", "/lab/inner"])
def test_two_features_do_not_live_at_one_place(prefix):
    told = faults(LAB, Feature("other", prefix))
    assert told == f"Feature 'other': the prefix {prefix!r} is taken by feature 'lab'. Choose another one."


def test_names_and_views_are_taken_once():
    one = Feature("lab", "/one", views={"correlation": lambda shown: draw()})
    told = faults(one, replace(one, prefix="/two"))
    assert "the name 'lab' is taken" in told
    assert "the view for the tool 'correlation' is taken" in told


def test_all_faults_are_told_at_once():
    assert len(faults(replace(LAB, prefix="/tools", tour={"moon": ()}, views={"nothing": lambda shown: draw()})).splitlines()) == 3


def test_handlers_of_a_feature_s_own_package_need_rules_too():
    assert packages([LAB]) == {__name__.partition(".")[0]}
    assert "sciflask_reflex" in packages(site.FEATURES)
