"""Tasks share out all tiles once, and what they write is whole, the same each time, and read as threads would have left it."""

import numpy as np
import pytest

from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.tiles import plan
from pipeline.correlation.measures import pearson, spearman
from pipeline.correlation.spread import sheaves, shelf, tasks
from pipeline.correlation.spread.sheaves import Binder, Gathered, Sheaf
from pipeline.correlation.spread.tasks import emit_tiles, shared_out, sized


@pytest.fixture
def wanted(monkeypatch):
    """Tasks outside of a worker."""
    monkeypatch.setattr(tasks, "_wanted", lambda: lambda: True)


@pytest.mark.parametrize(("features", "side", "step"), [(1, 256, 1), (1_000, 64, 7), (999, 100, 3), (130, 64, 40)])
def test_every_tile_is_one_task_s(features, side, step):
    whole = plan(features, side)
    assert [list(shared_out(features, side, start, step)) for start in range(step)] == [whole[start::step] for start in range(step)]
    assert list(sized(features, side, np.array([tile[:2] for tile in whole], dtype=np.int32))) == whole


@pytest.mark.parametrize("measure", [spearman, pearson])
def test_rows_come_back_from_disk_as_they_were(measure, tmp_path):
    rows = measure.rows(np.random.default_rng(0).normal(size=(30, 20)))
    shelf.put(rows, tmp_path)
    read = shelf.take(tmp_path)
    for name in Rows.__dataclass_fields__:
        mine, there = getattr(rows, name), getattr(read, name)
        assert np.array_equal(mine, there), name
        assert getattr(mine, "dtype", None) == getattr(there, "dtype", None)
    assert (read.exact is read.screen) == (rows.exact is rows.screen)


def test_a_task_that_is_done_twice_leaves_the_same_file_and_nothing_else(wanted, tmp_path):
    shelf.put(spearman.rows(np.random.default_rng(0).normal(size=(40, 300))), tmp_path)
    before = set(tmp_path.iterdir())

    def once():
        sheaf = emit_tiles(str(tmp_path), 64, 0.2, (), np.array([0.5, 0.2]), "mine", (1, 2))
        return sheaf.counts.tolist(), (tmp_path / "mine").read_bytes()

    assert once() == once()
    assert set(tmp_path.iterdir()) - before == {tmp_path / "mine"}


def test_a_task_that_fails_leaves_nothing(wanted, tmp_path, monkeypatch):
    shelf.put(spearman.rows(np.random.default_rng(0).normal(size=(40, 300))), tmp_path)
    before = set(tmp_path.iterdir())
    monkeypatch.setattr(sheaves, "ROOM", 1)

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Binder, "_write", broken)
    with pytest.raises(OSError, match="No space left"):
        emit_tiles(str(tmp_path), 64, 0.2, (), np.array([0.2]), "mine", (0, 1))
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("measure", [spearman, pearson])
@pytest.mark.parametrize("room", [1, 10_000, 2**25])
def test_portions_hold_the_same_records_however_they_were_bundled(wanted, measure, room, tmp_path, monkeypatch):
    monkeypatch.setattr(sheaves, "ROOM", room)
    rows = measure.rows(np.random.default_rng(0).normal(size=(40, 300)))
    shelf.put(rows, tmp_path)
    edges = np.array([0.4, 0.3, 0.25, 0.2])
    shape = tasks.shape_for(rows)
    made = [emit_tiles(str(tmp_path), 64, 0.2, (), edges, f"part-{start}", (start, 3)) for start in range(3)]
    spill = Gathered(tmp_path, shape, edges, tmp_path, made)
    r = np.corrcoef(rows.exact)[np.triu_indices(300, 1)]
    found = [shape.read(spill.load(portion))[0] for portion in range(4)]
    for portion, (high, low) in enumerate(zip([1.1, 0.4, 0.3, 0.25], [0.4, 0.3, 0.25, 0.2], strict=True)):
        expected = np.sort(np.abs(r[(np.abs(r) >= low) & (np.abs(r) < high)]))
        assert np.allclose(np.sort(np.abs(found[portion])), expected, rtol=0, atol=1e-12)
        assert spill.counts[portion] == expected.size
    spill.refine(50)
    assert max(spill.counts) < max(r.size for r in found)
    again = np.concatenate([shape.read(spill.load(portion))[0] for portion in range(len(spill.counts))])
    assert np.array_equal(np.sort(again), np.sort(np.concatenate(found)))


def test_a_file_that_is_too_short_is_found_out(tmp_path):
    rows = spearman.rows(np.random.default_rng(0).normal(size=(40, 30)))
    (tmp_path / "short").write_bytes(b"12345678")
    counts = np.array([[2]])
    spill = Gathered(tmp_path, tasks.shape_for(rows), np.array([0.1]), tmp_path, [Sheaf("short", counts, np.zeros(0, dtype=np.int64))])
    with pytest.raises(OSError, match="shorter"):
        spill.load(0)
