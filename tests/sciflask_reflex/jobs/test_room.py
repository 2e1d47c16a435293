"""An attempt ends before its files take what others need."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from sciflask_reflex.jobs import room
from sciflask_reflex.settings import MIB


def _folders(tmp_path: Path, *sizes: int) -> tuple[Path, ...]:
    folders = tuple(tmp_path / str(number) for number in range(len(sizes)))
    for folder, size in zip(folders, sizes, strict=True):
        (folder / "below").mkdir(parents=True)
        with (folder / "below" / "file").open("wb") as file:
            file.truncate(size)
    return folders


def test_both_folders_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "settings", lambda: SimpleNamespace(job_output_mib=3))
    assert room.shortage(_folders(tmp_path / "fits", 2 * MIB, MIB - 65_536)) == ""
    assert "larger than allowed" in room.shortage(_folders(tmp_path / "not", 2 * MIB, MIB + 1))


@pytest.mark.parametrize(("free_mib", "written_mib", "ends"), [(600, 300, False), (500, 300, True), (500, 200, False)])
def test_who_fills_the_disk_ends_and_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, free_mib: int, written_mib: int, ends: bool
) -> None:
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: SimpleNamespace(free=free_mib * MIB))
    assert bool(room.shortage(_folders(tmp_path, written_mib * MIB))) is ends


def test_the_disk_that_others_see_is_not_filled_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, spread = _folders(tmp_path, 0, 300 * MIB)
    monkeypatch.setattr(room.shutil, "disk_usage", lambda path: SimpleNamespace(free=(500 if path == spread else 900) * MIB))
    assert "500" not in room.shortage((draft, tmp_path / "gone"))
    assert "300 MiB, left less than 512 MiB" in room.shortage((draft, spread, tmp_path / "gone"))


def test_a_folder_that_went_takes_nothing(tmp_path: Path) -> None:
    assert room.bytes_in((tmp_path / "gone",)) == 0
