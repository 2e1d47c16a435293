"""The shelf of results: found again, never by a path, never more than may be, and gone when the tool has changed."""

import json
import os
import time
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest

from sciflask_reflex import storage
from sciflask_reflex.errors import NotFound
from sciflask_reflex.instant import packing, shelf
from sciflask_reflex.instant.asked import ask, live_tool, version_of

pytestmark = pytest.mark.usefixtures("data_dir", "keys")


def put(sigma: float, size: int = 10, age: float = 0) -> tuple[str, Path]:
    """Put a result on the shelf as the keeper does."""
    asked = ask(live_tool("smoothing"), {"sigma": sigma})
    draft = storage.live_draft(uuid4().hex)
    draft.mkdir()
    (draft / "series.csv").write_bytes(b"x" * size)
    (draft / "manifest.json").write_text(json.dumps({"tool": "smoothing"}))
    shelf.keep(asked, draft)
    place = storage.live_result("smoothing", version_of(asked.tool), asked.key)
    os.utime(place, (time.time() - age,) * 2)
    return asked.key, place


def test_a_result_is_found_by_its_wish_and_its_files_by_their_names():
    key, place = put(2.0)
    found = shelf.find(ask(live_tool("smoothing"), {"sigma": 2}))
    assert found
    assert found.manifest == {"tool": "smoothing"}
    assert shelf.file_of("smoothing", key, "series.csv") == place / "series.csv"
    assert shelf.find(ask(live_tool("smoothing"), {"sigma": 3})) is None


@pytest.mark.parametrize("name", ["../manifest.json", "..", ".all.zip", "", "a/b", "series.csv\0", "nothing.csv", "x" * 300])
def test_no_other_file_is_found(name):
    key, _ = put(2.0)
    with pytest.raises(NotFound):
        shelf.file_of("smoothing", key, name)


@pytest.mark.parametrize("key", ["", "..", "0" * 32, "A" * 32, "../" * 8])
def test_no_other_result_is_found(key):
    put(2.0)
    with pytest.raises(NotFound):
        shelf.file_of("smoothing", key, "series.csv")


def test_the_same_result_twice_is_kept_once():
    first, place = put(2.0)
    again, same = put(2.0)
    assert (first, place) == (again, same)
    assert (place / "series.csv").is_file()


def test_what_was_not_looked_at_for_longest_makes_room(configure):
    kept = [put(1 + number, 100_000, age=1_000 - number)[1] for number in range(15)]
    configure(live_cache_mib="1")
    assert shelf.sweep() == 8
    assert [place.exists() for place in kept] == [False] * 8 + [True] * 7
    assert shelf.sweep() == 0


def test_a_look_keeps_a_result(configure):
    oldest, newer = put(1.0, 500_000, age=900), put(2.0, 600_000, age=100)
    configure(live_cache_mib="1")
    assert shelf.find(ask(live_tool("smoothing"), {"sigma": 1.0}))
    shelf.sweep()
    assert (oldest[1].exists(), newer[1].exists()) == (True, False)


def test_a_full_shelf_is_swept_while_results_come(configure):
    configure(live_cache_mib="1")
    places = [put(1 + number, 200_000, age=100 - number)[1] for number in range(12)]
    assert sum(place.exists() for place in places) <= 6


def test_results_of_other_code_are_gone_after_the_start():
    _, place = put(2.0)
    for slug, version in (("smoothing", "0" * 32), ("gone", "0" * 32)):
        (storage.live_folder(slug, version) / "0123456789abcdef0123456789abcdef").mkdir()
    old, new = storage.live_draft(uuid4().hex), storage.live_draft(uuid4().hex)
    for draft in (old, new):
        draft.mkdir()
    os.utime(old, (0, 0))
    shelf.tidy()
    assert place.exists()
    assert [path.name for path in storage.live_folder("smoothing").iterdir()] == [version_of(live_tool("smoothing"))]
    assert list(storage.live_folder("gone").iterdir()) == []
    assert (old.exists(), new.exists()) == (False, True)


def test_the_archive_holds_everything_and_is_the_same_each_time():
    key, place = put(2.0)
    path = packing.archive_of("smoothing", key)
    first = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["smoothing/manifest.json", "smoothing/series.csv"]
    path.unlink()
    assert packing.archive_of("smoothing", key).read_bytes() == first
    assert not list(place.glob(".*.zip.*"))
    with pytest.raises(NotFound):
        packing.archive_of("smoothing", "0" * 32)


def test_a_result_that_is_swept_while_somebody_looks_at_it_can_be_made_again(monkeypatch):
    put(2.0)
    asked = ask(live_tool("smoothing"), {"sigma": 2})
    place = storage.live_result("smoothing", version_of(asked.tool), asked.key)

    def read_and_lose(self: Path, *args: str) -> str:
        text = self.read_bytes().decode()
        storage.discard(place)
        return text

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Path, "read_text", read_and_lose)
        assert shelf.find(asked) is None
    assert not place.exists()
    put(2.0)
    assert shelf.find(asked)
