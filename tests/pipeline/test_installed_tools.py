"""A tool in a package of its own: built, installed, and found by the same door as ours."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "publishing.md").read_text()
PROJECT, MODULE = (PAGE.partition(f"# {name}\n")[2].partition("```")[0] for name in ("pyproject.toml", "lab_tools.py"))
"""The files that the manual shows."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built as a wheel and installed into a folder."""
    project, target = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("site-packages")
    (project / "pyproject.toml").write_text(PROJECT)
    (project / "lab_tools.py").write_text(MODULE)
    quiet = ["--quiet", "--disable-pip-version-check", "--no-deps"]
    build = [sys.executable, "-m", "pip", "wheel", *quiet, "--no-build-isolation", "--wheel-dir", str(project / "dist"), str(project)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = (project / "dist").glob("*.whl")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *quiet, "--no-index", "--target", str(target), str(wheel)], check=True, capture_output=True
    )
    return target


def python(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": f"{installed}:{Path(__file__).parents[2]}", "PATH": "/usr/bin:/bin"}
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment, check=False)


def test_it_is_offered_beside_our_own(installed):
    done = python(installed, "-c", "from pipeline import tools; print(*sorted(tools()))")
    assert {"correlation", "row-count"} <= set(done.stdout.split()), done.stderr


def test_it_runs_by_the_same_command_with_the_same_bounds(installed, tmp_path):
    rows = "\n".join(",".join([f"s{i}", *(str((i * (j + 2) + i * i * j) % 101) for j in range(12))]) for i in range(20))
    (tmp_path / "table.csv").write_text("id," + ",".join(f"f{j}" for j in range(12)) + f"\n{rows}\n")
    command = ("-m", "sciflask_reflex.cli", "run", "row-count", "--table", str(tmp_path / "table.csv"), "-o", str(tmp_path / "out"))
    wrong = python(installed, *command, "--times", "10")
    assert (wrong.returncode, wrong.stderr.strip()) == (2, "--times: Times must be a whole number, at least 1 and at most 9.")
    done = python(installed, *command, "--times", "3")
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["metrics"]["rows"]["value"] == 60
    assert manifest["versions"]["lab-tools"] == "1.0"
