"""A network's picture: every edge and node is in it, the same each time, and foreign names stay text."""

import json
import math

import pandas as pd
import pytest

from pipeline.toolkit import Network
from pipeline.toolkit.netdraw import EDGE, MOST_NAMES, MOST_NODES, NEGATIVE, POSITIVE, drawn


def ring(count, **columns):
    names = [f"n{number}" for number in range(count)]
    edges = {"source": names, "target": [*names[1:], *names[:1]]}
    return Network(pd.DataFrame({"id": names, **columns}), pd.DataFrame(edges))


def lines(picture):
    return [trace for trace in picture["data"] if trace["mode"] == "lines"]


def points(picture):
    return [trace for trace in picture["data"] if "markers" in trace["mode"]]


def test_every_node_and_edge_is_drawn_and_lies_apart_from_the_others():
    picture, cut = drawn(ring(12))
    (nodes,) = points(picture)
    (edges,) = lines(picture)
    places = list(zip(nodes["x"], nodes["y"], strict=True))
    assert cut == ""
    assert nodes["text"] == [f"n{number}" for number in range(12)]
    assert sum(math.isnan(x) for x in edges["x"]) == 12
    assert min(math.dist(a, b) for i, a in enumerate(places) for b in places[:i]) > 0.1
    assert drawn(ring(12)) == (picture, "") or json.dumps(drawn(ring(12))[0]) == json.dumps(picture)


def test_nodes_that_are_tied_lie_nearer_than_others():
    nodes, _ = drawn(ring(12))
    (trace,) = points(nodes)
    places = list(zip(trace["x"], trace["y"], strict=True))
    assert math.dist(places[0], places[1]) < math.dist(places[0], places[6])


def test_groups_have_colours_and_weights_have_widths_and_signs():
    edges = pd.DataFrame({"source": ["a", "b", "c"], "target": ["b", "c", "a"], "weight": [1.0, 0.1, -0.5]})
    picture, _ = drawn(Network(pd.DataFrame({"id": ["a", "b", "c"], "group": ["x", "y", "x"], "size": [0.123456, 2.0, 3.0]}), edges))
    assert [trace["name"] for trace in points(picture)] == ["x", "y"]
    assert len({trace["marker"]["color"] for trace in points(picture)}) == 2
    assert picture["layout"]["showlegend"]
    assert {trace["line"]["color"] for trace in lines(picture)} == {POSITIVE, NEGATIVE}
    widths = sorted(trace["line"]["width"] for trace in lines(picture))
    assert len(set(widths)) == 3
    assert points(picture)[0]["hovertext"][0] == "<b>a</b><br>group: x<br>size: 0.1235"


def test_names_stay_text():
    nodes, edges = pd.DataFrame({"id": ["<i>a</i>", "$x$"]}), pd.DataFrame({"source": ["<i>a</i>"], "target": ["$x$"]})
    (trace,) = points(drawn(Network(nodes, edges))[0])
    assert trace["text"] == ["&lt;i&gt;a&lt;/i&gt;", "&#36;x&#36;"]


@pytest.mark.parametrize("count", [0, 1])
def test_there_may_be_almost_nothing(count):
    nodes = pd.DataFrame({"id": [f"n{number}" for number in range(count)]})
    picture, _ = drawn(Network(nodes, pd.DataFrame({"source": [], "target": []})))
    assert [len(trace["x"]) for trace in points(picture)] == [1] * count
    assert lines(picture) == []


def test_of_a_large_network_the_core_is_drawn_and_it_says_so():
    count = MOST_NODES + 50
    names = [f"n{number}" for number in range(count)]
    edges = pd.DataFrame({"source": ["n0"] * (count - 1), "target": names[1:]})
    picture, cut = drawn(Network(pd.DataFrame({"id": names}), edges))
    (nodes,) = points(picture)
    assert (len(nodes["x"]), nodes["mode"]) == (MOST_NODES, "markers")
    assert "n0" in nodes["text"]
    assert cut == f"The picture shows the {MOST_NODES} of {count} nodes that have the most edges; the tables hold all."
    assert lines(picture)[0]["line"]["color"] == EDGE
    assert MOST_NAMES < MOST_NODES
