"""Records of pairs with a number of samples of their own sort as their plain numbers do."""

import numpy as np
import pytest

from pipeline.correlation.engine.gaprecords import OwnN, Pairs

FEATURES = 40


@pytest.fixture
def pairs():
    """All pairs of some features in no order, with many equal p-values and coefficients."""
    random = np.random.default_rng(4)
    first, second = random.permutation(np.stack(np.triu_indices(FEATURES, 1)), axis=1)
    r = random.integers(-3, 4, first.size) / 4
    return Pairs(first, second, r, random.integers(4, 9, first.size), random.integers(0, 4, first.size) / 10)


def rows_of(pairs):
    return list(zip(*(column.tolist() for column in pairs), strict=True))


def plain(pairs):
    return sorted(rows_of(pairs), key=lambda row: (row[4], -abs(row[2]), row[0], row[1]))


def test_what_is_written_is_read_in_order(pairs):
    shape = OwnN(FEATURES)
    records = shape.write(pairs)
    assert records.nbytes == 28 * pairs.p.size
    shuffled = np.random.default_rng(1).permutation(records)
    assert rows_of(shape.read(records)) == rows_of(shape.read(shuffled)) == plain(pairs)
    shape.sort(shuffled)
    assert shuffled.tobytes() == records.tobytes()


def test_edges_are_the_largest_p_of_their_portions(pairs):
    ends = OwnN(FEATURES).cut(OwnN(FEATURES).write(pairs), np.array([0.0, 0.15, 0.2, 0.25]))
    assert ends.tolist() == [(pairs.p <= 0.0).sum(), (pairs.p <= 0.15).sum(), (pairs.p <= 0.2).sum(), pairs.p.size]


def test_marks_cut_equal_p_values_too(pairs):
    shape = OwnN(FEATURES)
    records = shape.write(pairs)
    places = [0, 3, 200, 201, 500, records.size - 1]
    shuffled = np.random.default_rng(2).permutation(records)
    assert shape.split(shuffled, records[places]).tolist() == places
    assert shuffled.tobytes() == records.tobytes()
    some = records[1::2].copy()
    assert shape.split(some, records[places]).tolist() == [(place // 2) for place in places]
