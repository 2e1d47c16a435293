"""A file of tiles holds what a plain matrix would: every level, whatever the shape, the order of the parts and the number of threads."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.toolkit.tiles import Axis, Part, TileFile, Tiles, write_tiles

Values = NDArray[np.float64]


def axis(title: str, many: int) -> Axis:
    return Axis(title, [f"{title} {number}" for number in range(many)])


def tiles_of(matrix: Values, *, limit: float = 1.0, symmetric: bool = False, pieces: int = 3) -> Tiles:
    """Return the tiles of a whole matrix, NaN where it is empty; of a symmetric one each pair comes once."""
    rows, columns = np.nonzero(~np.isnan(np.triu(matrix) + np.tril(matrix * np.nan, -1) if symmetric else matrix))

    def parts() -> Iterator[Part]:
        for part in np.array_split(np.arange(rows.size), pieces):
            yield rows[part], columns[part], matrix[rows[part], columns[part]]

    return Tiles(axis("gene", matrix.shape[0]), axis("protein", matrix.shape[1]), parts, "r", limit, symmetric)


def stronger(one: Values, other: Values) -> Values:
    """Return the stronger of two values, the positive one of equals, and one where the other is missing."""
    size, more = (np.where(np.isnan(each), -1, np.abs(each)) for each in (one, other))
    return np.where((size > more) | ((size == more) & (one > 0)), one, other)


def halved(matrix: Values) -> Values:
    """Return the level above, the plain way."""
    even = np.full([side + side % 2 for side in matrix.shape], np.nan)
    even[: matrix.shape[0], : matrix.shape[1]] = matrix
    rows = stronger(even[::2], even[1::2])
    return stronger(rows[:, ::2], rows[:, 1::2])


def stepped(matrix: Values, limit: float) -> Values:
    """Return the values in 127 steps, as a byte can hold them."""
    return np.sign(matrix) * np.rint(np.minimum(np.abs(matrix.astype(np.float32)) * np.float32(127 / limit), 127)) * limit / 127


def random_matrix(shape: tuple[int, int], filled: float, seed: int, limit: float = 1.0) -> Values:
    random = np.random.default_rng(seed)
    values = random.uniform(-1.1 * limit, 1.1 * limit, shape)
    return np.where(random.random(shape) < filled, values, np.nan)


def expect_same(path: Path, matrix: Values, limit: float = 1.0) -> None:
    file = TileFile(path)
    level = stepped(matrix, limit)
    for number in range(len(file.levels)):
        np.testing.assert_allclose(file.matrix(number), level, atol=1e-5 * limit, rtol=0)
        level = halved(level)
    assert max(file.matrix(len(file.levels) - 1).shape) <= 256


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shape=st.tuples(st.integers(1, 700), st.integers(1, 700)),
    filled=st.sampled_from([0.0, 0.001, 0.3, 1.0]),
    limit=st.sampled_from([1.0, 0.25, 40.0]),
    seed=st.integers(0, 99),
)
def test_every_level_is_that_of_the_plain_matrix(tmp_path: Path, shape: tuple[int, int], filled: float, limit: float, seed: int) -> None:
    matrix = random_matrix(shape, filled, seed, limit)
    write_tiles(tiles_of(matrix, limit=limit), tmp_path / "a.tiles")
    expect_same(tmp_path / "a.tiles", matrix, limit)


@pytest.mark.parametrize("side", [1, 255, 256, 257, 513, 769, 1100, 1290])
@pytest.mark.parametrize("filled", [0.002, 0.4])
def test_a_symmetric_matrix_is_kept_once_and_read_whole(tmp_path: Path, side: int, filled: float) -> None:
    half = np.triu(random_matrix((side, side), filled, side))
    half[np.tril_indices(side, -1)] = np.nan
    whole = np.where(np.isnan(half), half.T, half)
    write_tiles(tiles_of(whole, symmetric=True), tmp_path / "a.tiles")
    expect_same(tmp_path / "a.tiles", whole)
    file = TileFile(tmp_path / "a.tiles")
    assert file.levels[0].count == file.levels[0].down * (file.levels[0].down + 1) // 2


def test_either_cell_of_a_mirrored_pair_will_do(tmp_path: Path) -> None:
    rows, columns, values = np.array([700, 3, 5]), np.array([2, 600, 5]), np.array([0.5, -0.25, 1.0])
    side = axis("gene", 701)
    for name, part in (("a", (rows, columns, values)), ("b", (columns, rows, values))):
        write_tiles(Tiles(side, side, lambda part=part: iter([part]), symmetric=True), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    found = TileFile(tmp_path / "a").matrix()
    assert found[700, 2] == found[2, 700] == pytest.approx(0.5, abs=0.004)
    assert np.isfinite(found).sum() == 5


def test_of_cells_that_coincide_the_strongest_counts_in_any_order(tmp_path: Path) -> None:
    place = np.zeros(1, dtype=np.int64)
    given = [(place, place, np.array([value])) for value in (0.2, -0.9, 0.5)]
    one = axis("gene", 1)
    for order in (given, given[::-1]):
        write_tiles(Tiles(one, one, lambda order=order: iter(order)), tmp_path / "a.tiles")
        assert TileFile(tmp_path / "a.tiles").matrix()[0, 0] == pytest.approx(-0.9, abs=0.004)


def test_the_same_cells_give_the_same_bytes(tmp_path: Path) -> None:
    matrix = random_matrix((1500, 900), 0.2, 1)
    for name, threads, pieces in (("a", 1, 1), ("b", 2, 7), ("c", 3, 40)):
        write_tiles(tiles_of(matrix, pieces=pieces), tmp_path / name, threads=threads)
    assert len({(tmp_path / name).read_bytes() for name in "abc"}) == 1


def test_names_and_titles_are_in_it(tmp_path: Path) -> None:
    write_tiles(tiles_of(random_matrix((3, 2), 1.0, 0), limit=2.5), tmp_path / "a.tiles")
    file = TileFile(tmp_path / "a.tiles")
    assert file.names("rows") == ["gene 0", "gene 1", "gene 2"]
    assert file.names("columns") == ["protein 0", "protein 1"]
    assert (file.head["rows"]["title"], file.head["columns"]["title"], file.head["value"]) == (
        "gene",
        "protein",
        {"name": "r", "limit": 2.5},
    )


def test_empty_tiles_take_no_room(tmp_path: Path) -> None:
    far = np.array([5_000])
    side = axis("gene", 6_000)
    write_tiles(Tiles(side, side, lambda: iter([(far, far, np.array([1.0]))]), symmetric=True), tmp_path / "a.tiles")
    assert (tmp_path / "a.tiles").stat().st_size < 30_000
    assert TileFile(tmp_path / "a.tiles").tile(0, 0, 0).sum() == 0


def test_missing_values_are_empty_cells(tmp_path: Path) -> None:
    places = np.arange(3)
    side = axis("gene", 3)
    write_tiles(Tiles(side, side, lambda: iter([(places, places, np.array([np.nan, 0.0, 1.0]))])), tmp_path / "a.tiles")
    assert np.isnan(np.diag(TileFile(tmp_path / "a.tiles").matrix())).tolist() == [True, False, False]


@pytest.mark.parametrize("row", [-1, 3])
def test_a_cell_beside_the_matrix_is_refused(tmp_path: Path, row: int) -> None:
    side = axis("gene", 3)
    tiles = Tiles(side, side, lambda: iter([(np.array([row]), np.array([0]), np.array([0.5]))]))
    with pytest.raises(ValueError, match="outside a matrix of 3 × 3"):
        write_tiles(tiles, tmp_path / "a.tiles")


def test_progress_never_falls_and_ends(tmp_path: Path) -> None:
    told: list[float] = []
    write_tiles(tiles_of(random_matrix((2000, 2000), 0.1, 0), pieces=30), tmp_path / "a.tiles", told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 10


def test_what_is_no_file_of_tiles_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tiles").write_bytes(b"x" * 100)
    with pytest.raises(ValueError, match="no file of tiles"):
        TileFile(tmp_path / "a.tiles")
