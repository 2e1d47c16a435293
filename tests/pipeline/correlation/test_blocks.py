"""Blocks of pairs, read a part at a time: the same cells as from all pairs at once."""

import numpy as np
import pytest

from pipeline.correlation import blocks
from pipeline.correlation.blocks import BETWEEN, Block, sides_of
from pipeline.correlation.engine import find_pairs
from pipeline.correlation.measures import pearson
from pipeline.toolkit.heatmap import paint

SPLIT = 25


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "SPAN", 64)
    random = np.random.default_rng(0)
    values = random.normal(size=(50, 60)) + random.normal(size=(50, 3))[:, np.arange(60) % 3]
    values[:, 10] = random.normal(size=50) ** 3  # in hardly any pair
    return find_pairs(pearson.rows(values), tmp_path, alpha=0.01)


def full(store, column):
    """All pairs as a square matrix, NaN where there is none."""
    page, made = store.page(0, len(store)), np.full((60, 60), np.nan)
    made[page.first, page.second] = made[page.second, page.first] = getattr(page, column)
    return made


def shuffled(store):
    """The three blocks, their features in some order."""
    random = np.random.default_rng(1)
    return [
        Block(
            number,
            SPLIT,
            rows := random.permutation(side.rows),
            rows if number != BETWEEN else random.permutation(side.columns),
            side.pairs,
        )
        for number, side in enumerate(sides_of(store, SPLIT))
    ]


def test_sides_are_the_features_with_a_pair(store):
    there = ~np.isnan(full(store, "r"))
    parts = [there[:SPLIT, :SPLIT], there[SPLIT:, SPLIT:], there[:SPLIT, SPLIT:]]
    for number, (side, part) in enumerate(zip(sides_of(store, SPLIT), parts, strict=True)):
        rows, columns = (SPLIT * (number == 1), SPLIT * (number > 0))
        assert side.rows.tolist() == (np.flatnonzero(part.any(axis=1)) + rows).tolist()
        assert side.columns.tolist() == (np.flatnonzero(part.any(axis=0)) + columns).tolist()
        assert side.pairs == part.sum() // (1 if number == BETWEEN else 2)
    assert sum(side.pairs for side in sides_of(store, SPLIT)) == len(store) > 500


def test_matrices_are_those_of_all_pairs(store):
    for block in shuffled(store):
        r, q = block.grids(store)
        for grid, column in ((r, "r"), (q, "q")):
            assert np.array_equal(grid, full(store, column)[np.ix_(block.rows, block.columns)], equal_nan=True)


@pytest.mark.parametrize("size", [(1, 1), (3, 3), (4, 3)])
def test_a_picture_shows_the_strongest_of_its_cells(store, size):
    for block in shuffled(store):
        if block.within and size[0] != size[1]:
            continue
        r, q = block.grids(store)
        shape = (-(-r.shape[0] // size[0]), -(-r.shape[1] // size[1]))
        cells = block.strongest(store, size)
        values, details = paint(type(cells)(cells.rows // size[0], cells.columns // size[1], cells.values, cells.details), shape)
        for row in range(shape[0]):
            for column in range(shape[1]):
                here = np.s_[row * size[0] : (row + 1) * size[0], column * size[1] : (column + 1) * size[1]]
                part, corrected = r[here].ravel(), q[here].ravel()
                if np.isnan(part).all():
                    assert np.isnan(values[row, column])
                    continue
                best = np.nanargmax(np.abs(part))
                assert values[row, column] == part[best]
                assert details[row, column] == pytest.approx(corrected[best], rel=1e-10)
        assert cells.rows.size <= shape[0] * shape[1] + (len(r) if block.within else 0)


def test_parts_hold_each_pair_once(store):
    for block in shuffled(store):
        parts = list(block.parts(store))
        assert len(parts) > 1
        assert sum(part.r.size for part in parts) == block.pairs
        made = np.full(block.shape, np.nan)
        for part in parts:
            made[part.row, part.column] = part.r
        whole = full(store, "r")[np.ix_(block.rows, block.columns)]
        if block.within:
            assert np.array_equal(np.fmax(np.abs(made), np.abs(made.T)), np.abs(whole), equal_nan=True)
        else:
            assert np.array_equal(made, whole, equal_nan=True)


def test_one_table_alone_is_one_block(store):
    within, *others = sides_of(store, 60)
    assert within.pairs == len(store)
    assert [side.pairs for side in others] == [0, 0]
    block = Block(0, 60, within.rows, within.rows, within.pairs)
    assert np.array_equal(block.grids(store)[0], full(store, "r")[np.ix_(within.rows, within.rows)], equal_nan=True)
