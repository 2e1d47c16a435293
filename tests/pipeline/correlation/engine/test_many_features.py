"""Numbers of pairs beyond 31 and 32 bits, to 200,000 features: some far tiles of such a table, and how their pairs are packed."""

import numpy as np
import pytest

from pipeline.correlation.engine import find_pairs
from pipeline.correlation.engine.crew import Threads
from pipeline.correlation.engine.records import Keys, Numbers
from pipeline.correlation.engine.tiles import SIDE, plan
from pipeline.correlation.measures import pearson, spearman

FEATURES, SAMPLES = 200_000, 12
FAR = FEATURES - FEATURES % SIDE
PLACES = {(0, 0), (0, FAR), (SIDE * 181, SIDE * 256), (FAR, FAR), (FAR - SIDE, FAR)}
"""Where the tiles begin that are looked at: the first, the farthest, one whose pairs number about 2 ** 33, the last ones."""


class Some(Threads):
    """A crew that leaves all other tiles out."""

    def count(self, rows, side, least, report, stop):
        from pipeline.correlation.engine import crew

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(crew, "plan", some_tiles)
            return super().count(rows, side, least, report, stop)

    sweep = None


def some_tiles(features, side=SIDE):
    return [tile for tile in plan(features, side) if tile[:2] in PLACES]


@pytest.fixture(scope="module")
def values():
    return np.random.default_rng(0).normal(size=(SAMPLES, FEATURES))


@pytest.mark.parametrize("measure", [spearman, pearson])
def test_pairs_of_far_features_keep_their_names_and_numbers(values, measure, tmp_path):
    rows = measure.rows(values)
    assert isinstance(rows.tests, int)
    assert rows.tests == 19_999_900_000
    store = find_pairs(rows, tmp_path, correction="none", alpha=0.01, crew=Some(2))
    found = {(int(i), int(j)): r for page in store.pages() for i, j, r in zip(page.first, page.second, page.r, strict=True)}
    expected = {}
    for row, column in PLACES:
        left, right = rows.exact[row : row + SIDE].astype(float), rows.exact[column : column + SIDE].astype(float)
        r = left @ right.T / np.sqrt(np.outer(rows.squares[row : row + SIDE], rows.squares[column : column + SIDE]))
        least = np.abs(store.page(len(store) - 1, len(store)).r[0]) - 1e-12
        strong = np.argwhere((np.abs(r) >= least) & ((row != column) | np.triu(np.ones(r.shape, dtype=bool), 1)))
        expected |= {(row + int(i), column + int(j)): r[i, j] for i, j in strong}
    assert found.keys() == expected.keys()
    assert max(abs(found[pair] - expected[pair]) for pair in found) < 1e-12
    assert len(found) > 1_000
    assert (np.load(tmp_path / "second.npy").dtype, store.facts.features) == (np.int32, FEATURES)
    assert any(i * FEATURES + j > 2**33 for i, j in found)


@pytest.mark.parametrize("features", [65_536, 65_537, 200_000, 741_455])
def test_the_last_pairs_of_a_table_fit_into_records(features):
    last = features * features - 1
    pairs = np.array([0, 1, 2**31 - 1, 2**31, 2**32, last - 1, last], dtype=np.int64)
    pairs = pairs[pairs <= last]
    square = float(2**24 - 1)
    products = np.linspace(-square, square, pairs.size)
    for shape in (Keys(square), Numbers()):
        r, read = shape.read(shape.write(products, products / square, pairs))
        order = np.lexsort((pairs, -np.abs(products)))
        assert np.array_equal(read, pairs[order])
        assert np.array_equal(r, products[order] / square)


def test_eight_bytes_are_enough_up_to_741_455_features_and_not_beyond():
    class Table:
        whole = even = True
        squares = np.array([100.0])

        def __init__(self, features):
            self.features = features

    assert Keys.fit(Table(741_455))
    assert not Keys.fit(Table(741_456))
