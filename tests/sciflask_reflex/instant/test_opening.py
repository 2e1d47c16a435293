"""From an address to a wish and back: what cannot be accepted is explained, and replaced by its default."""

from urllib.parse import parse_qsl

import pytest

from pipeline.toolkit import ParameterError
from sciflask_reflex.errors import Invalid, NotFound
from sciflask_reflex.instant.asked import MOST_CHARACTERS, ask, live_tool, version_of
from sciflask_reflex.instant.opening import link_of, opening, wish

pytestmark = pytest.mark.usefixtures("data_dir", "keys")


@pytest.fixture
def kinds(live_tools):
    return live_tools["live-kinds"]


def test_a_link_opens_what_it_was_made_of(kinds):
    given = {
        "width": 3.5, "share": 0.5, "count": 9, "code": 123456789, "free": -1.5, "on": False, "method": "median", "colour": "blue",
        "parts": ["a", "c"], "span": [0.5, 9.0], "deep": 4, "label": "a b&c=d/é",
    }  # fmt: skip
    first = wish(kinds, given)
    again = opening(kinds, dict(parse_qsl(link_of(first), keep_blank_values=True)))
    assert (again.asked.parameters, again.explained) == (first.parameters, ())
    assert again.asked.key == first.key


def test_a_link_holds_what_counts_and_nothing_else(kinds):
    assert "deep" not in dict(parse_qsl(link_of(wish(kinds, {}))))
    assert dict(parse_qsl(link_of(wish(kinds, {"method": "median"}))))["deep"] == "3"


def test_a_seed_stands_in_the_link_of_a_tool_that_draws(live_tools):
    smoothing = live_tools["smoothing"]
    found = opening(smoothing, {"sigma": "2.5", "seed": "7"})
    assert (found.asked.seed, found.asked.parameters["sigma"], found.explained) == (7, 2.5, ())
    assert dict(parse_qsl(link_of(found.asked)))["seed"] == "7"
    assert "seed" not in link_of(wish(live_tools["live-kinds"], {}))


@pytest.mark.parametrize("seed", ["-1", "4294967296", "1.5", "x", "", "٣٣٣٣٣٣٣٣٣٣٣٣"])
def test_a_bad_seed_is_explained(live_tools, seed):
    found = opening(live_tools["smoothing"], {"seed": seed})
    assert found.asked.seed == 0
    assert found.explained == ("Seed must be a whole number, at least 0 and at most 4294967295. The default is used instead.",)


def test_what_cannot_be_accepted_is_explained_and_the_rest_is_kept(live_tools):
    found = opening(live_tools["smoothing"], {"sigma": "900", "points": "50", "noise": "many", "sgima": "3"})
    assert (found.asked.parameters["sigma"], found.asked.parameters["points"], found.asked.parameters["noise"]) == (2.0, 50, 0.3)
    assert sorted(found.explained) == [
        "Noise must be a number, at least 0 and at most 2. The default is used instead.",
        "Sigma must be a number, at least 0.1 and at most 20. The default is used instead.",
        "Smoothing has no parameter called 'sgima'. It is left out.",
    ]


@pytest.mark.parametrize(
    "given", [{"label": "x" * 10**6}, {f"name{n}": "x" * 500 for n in range(1_000)}, {"label": "\ud800"}, {"sigma": ["a"]}]
)
def test_whatever_an_address_holds_a_page_opens(kinds, given):
    found = opening(kinds, given)
    assert found.asked.parameters["width"] == 2.0
    assert 1 <= len(found.explained) <= 10


def test_gigantic_parameters_are_refused(kinds):
    with pytest.raises(ParameterError, match=f"{MOST_CHARACTERS:,} characters"):
        ask(kinds, {"parts": ["a"] * 100_000})


def test_equal_wishes_have_equal_keys_and_others_have_not(live_tools, kinds):
    one = ask(live_tools["smoothing"], {"sigma": 2.0}, 1)
    assert one.key == ask(live_tools["smoothing"], {"sigma": "2.0"}, 1).key
    others = {ask(live_tools["smoothing"], {"sigma": 2.5}, 1).key, ask(live_tools["smoothing"], {}, 2).key, ask(kinds, {}).key}
    assert len(others | {one.key}) == 4


def test_a_version_is_that_of_the_tools_own_files(live_tools):
    assert version_of(live_tools["smoothing"]) != version_of(live_tools["live-kinds"])


def test_only_a_live_tool_is_computed_like_this():
    with pytest.raises(NotFound):
        live_tool("nothing")
    with pytest.raises(Invalid, match="no live tool"):
        live_tool("correlation")
