"""Reading what a run has left on disk: pages, the strongest, those of a feature."""

import numpy as np
import pytest

from pipeline.correlation.engine import PairStore
from pipeline.correlation.measures import spearman


@pytest.fixture
def store(run, table, monkeypatch):
    monkeypatch.setattr("pipeline.correlation.engine.store.SCAN", 37)
    return run(spearman.rows(table(4, 30, 40)), alpha=0.3)


def test_pages_are_parts_of_the_whole(store):
    whole = store.page(0, len(store))
    assert len(whole) == len(store) > 100
    for start, stop in ((0, 1), (3, 50), (len(store) - 2, len(store) + 9), (7, 7), (9, 3)):
        page = store.page(start, stop)
        for name in ("rank", "first", "second", "r", "p", "q", "n"):
            assert np.array_equal(getattr(page, name), getattr(whole, name)[start:stop])
    together = [page.r for page in store.pages(size=11)]
    assert np.array_equal(np.concatenate(together), whole.r)
    assert sum(len(page) for page in store.pages(size=11, stop=30)) == 30


def test_the_strongest_come_first(store):
    assert np.array_equal(store.top(10).r, store.page(0, 10).r)
    assert np.all(np.diff(np.abs(store.page(0, len(store)).r)) <= 0)


def test_least_r_is_a_place_in_the_list(store):
    sizes = np.abs(store.page(0, len(store)).r)
    for least in (0.0, 0.4, 0.7, float(sizes[20]), float(np.nextafter(sizes[20], 1)), 1.0):
        assert store.count_at_least(least) == (sizes >= least).sum()


def test_the_pairs_of_a_feature(store):
    whole = store.page(0, len(store))
    for feature in range(store.facts.features):
        mine = whole.where((whole.first == feature) | (whole.second == feature))
        assert np.array_equal(store.of_feature(feature).rank, mine.rank)
        assert np.array_equal(store.of_feature(feature, most=3).q, mine.q[:3])
        assert np.array_equal(store.of_feature(feature, least_r=0.5).r, mine.r[np.abs(mine.r) >= 0.5])


def test_two_tables_side_by_side_are_three_blocks(store):
    whole = store.page(0, len(store))
    for split in (0, 13, 40):
        one, two = whole.second < split, whole.first >= split
        assert store.count_blocks(split) == (one.sum(), two.sum(), (~one & ~two).sum())


def test_a_store_is_read_again_from_its_folder(store):
    again = PairStore(store.folder)
    assert again.facts == store.facts
    assert np.array_equal(again.page(0, 9).q, store.page(0, 9).q)
    first, second, r = (np.load(store.folder / f"{name}.npy") for name in ("first", "second", "r"))
    whole = store.page(0, len(store))
    assert np.array_equal(first, whole.first)
    assert np.array_equal(second, whole.second)
    assert np.array_equal(r, whole.r)
    assert np.all(whole.first < whole.second)


def test_a_pair_takes_sixteen_bytes_at_most(run, store):
    assert store.bytes_on_disk <= 12 * len(store) + 4 * 128 + 8 * (len(store) // 4096 + 1)
    many = np.random.default_rng(0).normal(size=(4, 66_000))  # features past what two bytes can name
    many[:, :40] = many[:, :1]
    assert run(spearman.rows(many[:, :300]), correction="none", alpha=1e-9).facts.columns()["first"].itemsize == 2


def test_more_features_than_two_bytes_can_name(tmp_path):
    from pipeline.correlation.engine.columns import Columns, Facts, write_facts

    facts = Facts(2, 10, 70_000, 8, "student", "none", 0.05)
    columns = Columns(tmp_path, facts)
    columns.put("first", 0, np.array([1, 65_600]))
    columns.put("second", 0, np.array([69_999, 65_700]))
    columns.put("r", 0, np.array([-0.9, 0.8]))
    columns.close()
    write_facts(tmp_path, facts, np.empty(0))
    page = PairStore(tmp_path).page(0, 2)
    assert page.first.tolist() == [1, 65_600]
    assert page.second.tolist() == [69_999, 65_700]
    assert sum(dtype.itemsize for dtype in facts.columns().values()) == 16
