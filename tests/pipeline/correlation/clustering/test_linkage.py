"""The tree against scipy's on the whole matrix of distances, by every road: scipy itself, rounds and chain, rounds alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import is_monotonic, is_valid_linkage, leaves_list, linkage
from scipy.spatial.distance import pdist

from pipeline.correlation.clustering import average_linkage
from pipeline.correlation.clustering.clusters import Clusters
from pipeline.correlation.clustering.nearest import MANY, nearest_of
from pipeline.correlation.clustering.rounds import Rounds


def units(values):
    """Columns of (samples, features), centred and of length one, as rows."""
    centred = values - values.mean(axis=0)
    return (centred / np.linalg.norm(centred, axis=0)).T


def features(kind, count, samples=60, seed=0):
    random = np.random.default_rng(seed)
    values = random.normal(size=(samples, count))
    share, hidden = {"sparse": (0.3, 20), "dense": (0.8, 3), "null": (0, 1)}[kind]
    tied = np.arange(int(share * count))
    values[:, tied] += 1.5 * random.normal(size=(samples, hidden))[:, tied % hidden]
    return units(values)


@pytest.mark.parametrize("kind", ["sparse", "dense", "null"])
@pytest.mark.parametrize(("small", "few"), [(5_000, 1), (0, 2_000), (0, 150), (0, 1)])
def test_the_tree_is_scipys(kind, small, few):
    vectors = features(kind, 700)
    expected = linkage(pdist(vectors, "correlation"), "average")
    found = average_linkage(vectors, small=small, few=few, threads=2)
    assert np.array_equal(found[:, [0, 1, 3]], expected[:, [0, 1, 3]])
    assert found[:, 2] == pytest.approx(expected[:, 2], abs=1e-14)
    assert np.array_equal(leaves_list(found), leaves_list(expected))


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 60), st.integers(4, 30), st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_the_tree_is_scipys_whatever_the_shape(count, samples, few, seed):
    vectors = units(np.random.default_rng(seed).normal(size=(samples, count)))
    expected = linkage(pdist(vectors, "correlation"), "average")
    found = average_linkage(vectors, small=0, few=few)
    assert np.array_equal(found[:, [0, 1, 3]], expected[:, [0, 1, 3]])
    assert found[:, 2] == pytest.approx(expected[:, 2], abs=1e-13)


def test_one_thread_or_two_give_the_same_bytes_and_the_input_stays():
    vectors = features("sparse", 900)
    before = vectors.copy()
    assert np.array_equal(average_linkage(vectors, small=0, threads=1), average_linkage(vectors, small=0, threads=2))
    assert np.array_equal(vectors, before)


@pytest.mark.parametrize("few", [1, 40])
def test_equal_features_become_one_first_at_distance_nothing(few):
    vectors = features("null", 50)[[0, 1, 2, 2, 3, 2, 1, *range(4, 50)]]
    found = average_linkage(vectors, small=0, few=few)
    assert found[:3].tolist() == [[1, 6, 0, 2], [2, 3, 0, 2], [5, 54, 0, 3]]
    assert is_valid_linkage(found)
    assert found[-1, 3] == 53


@pytest.mark.parametrize("few", [1, 40])
def test_nothing_but_ties_is_a_tree_all_the_same(few):
    random = np.random.default_rng(4)
    patterns = (random.random((14, 400)) < 0.3).astype(float)
    patterns = patterns[:, patterns.std(axis=0) > 0]
    scaled = patterns[:, :1] * random.uniform(0.5, 3, 300) + random.normal(size=300)  # equal but for rounding
    for vectors in (units(patterns), units(scaled), np.repeat(units(patterns)[:1], 80, axis=0)):
        found = average_linkage(vectors, small=0, few=few)
        assert is_valid_linkage(found)
        assert is_monotonic(found)
        assert found[-1, 3] == len(vectors)
        expected = linkage(np.maximum(pdist(vectors, "correlation"), 0), "average")
        assert found[0, 2] == pytest.approx(expected[0, 2], abs=1e-12)


def test_distances_of_tied_trees_are_mean_distances():
    """Ties may be broken in another order than scipy's, but each height is the mean distance between the members of the two parts."""
    patterns = (np.random.default_rng(1).random((10, 120)) < 0.4).astype(float)
    vectors = units(patterns[:, patterns.std(axis=0) > 0])
    members = [[i] for i in range(len(vectors))]
    distances = 1 - vectors @ vectors.T
    for one, two, height, size in average_linkage(vectors, small=0, few=20):
        members.append(members[int(one)] + members[int(two)])
        assert height == pytest.approx(distances[np.ix_(members[int(one)], members[int(two)])].mean(), abs=1e-12)
        assert len(members[-1]) == size


def test_a_chain_of_thousands_needs_no_recursion():
    angle = np.linspace(0, 1, 3_000) ** 2 * 3  # each is nearer to the one before than to the one behind
    vectors = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    found = average_linkage(vectors, small=0, few=500)
    assert is_valid_linkage(found)
    assert sorted(leaves_list(found)) == list(range(3_000))


def test_progress_rises_to_one():
    said = []
    average_linkage(features("dense", 600), small=0, few=100, progress=said.append)
    assert said == sorted(said)
    assert said[-1] == 1


@pytest.mark.parametrize("closeness", [1e-1, 1e-5, 1e-9])
def test_neighbours_that_single_precision_cannot_tell_apart_are_found(closeness):
    random = np.random.default_rng(2)
    vectors = units(random.normal(size=(30, 1)) + closeness * random.normal(size=(30, 3 * MANY)))
    clusters = Clusters(vectors)
    nearest, products = nearest_of(clusters, np.arange(clusters.count))
    exact = clusters.means @ clusters.means.T
    np.fill_diagonal(exact, -1)
    assert exact[np.arange(clusters.count), nearest] == pytest.approx(exact.max(axis=1), abs=1e-14)
    assert products == pytest.approx(exact.max(axis=1), abs=1e-14)


@pytest.mark.parametrize("modules", [1, 2])
def test_a_module_that_grows_by_one_feature_at_a_time_costs_little_more_than_others(modules, monkeypatch):
    random = np.random.default_rng(3)
    count = 900
    hidden = random.normal(size=(60, modules))[:, np.arange(count) % modules]
    vectors = units(random.normal(size=(60, count)) + hidden * random.exponential(2, size=count))
    looked, find = [], Rounds._find

    def watched(rounds, wanted):
        looked.append(wanted.size * rounds._clusters.count)
        find(rounds, wanted)

    monkeypatch.setattr(Rounds, "_find", watched)
    found = average_linkage(vectors, small=0, few=1)
    assert sum(looked) < 12 * count**2  # all of them anew in each round: over a hundred
    expected = linkage(pdist(vectors, "correlation"), "average")
    assert np.array_equal(found[:, [0, 1, 3]], expected[:, [0, 1, 3]])
