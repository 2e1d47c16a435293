"""What installed packages add is known without loading any of it."""

import sys
from pathlib import Path

import pytest

from sciflask_reflex import installed


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages: one that is a folder, one that is a file, and one that is not there any more."""
    about = tmp_path / "lab-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: lab\nVersion: 1.0\n")
    named = "one = far_lab.feature:feature\ntwo = near_lab:feature\nthree = gone_lab:feature\n"
    (about / "entry_points.txt").write_text(f"[{installed.FEATURES}]\n{named}")
    (tmp_path / "far_lab" / "inner").mkdir(parents=True)
    for name in ("__init__.py", "feature.py", "inner/look.css", "notes.bin"):
        (tmp_path / "far_lab" / name).write_text("raise RuntimeError")
    (tmp_path / "near_lab.py").write_text("raise RuntimeError")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_features_are_named_in_order(environment):
    assert [name for name in installed.features() if "lab" in name] == ["far_lab.feature:feature", "gone_lab:feature", "near_lab:feature"]


def test_every_file_that_pages_may_follow_from_is_found_and_none_is_loaded(environment):
    found = {name: path for name, path in installed.sources() if "lab" in name}
    assert list(found) == ["far_lab/__init__.py", "far_lab/feature.py", "far_lab/inner/look.css", "near_lab"]
    assert found["near_lab"] == environment / "near_lab.py"
    assert not {"far_lab", "near_lab"} & set(sys.modules)
