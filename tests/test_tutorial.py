"""The tutorial's own lines, run in the order of the page."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "tutorial.md").read_text()
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what an author has before the first line."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("pipeline", "sciflask_reflex"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def run(project: Path, *arguments: str) -> str:
    environment = {"PYTHONPATH": str(project), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment, check=False, cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_line_of_the_tutorial_runs(project):
    said = []
    for language, text in BLOCK.findall(PAGE):
        first, _, _ = text.partition("\n")
        if language == "bash":
            words = shlex.split(text)
            words = ["sciflask", "tools", "new", words[2].removeprefix("NAME=")] if words[:2] == ["make", "tool"] else words
            assert words[0] == "sciflask"
            said.append(run(project, "-m", "sciflask_reflex.cli", *words[1:]))
        elif first == "# notebook":
            said.append(run(project, "-c", text))
        else:
            path = project / first.removeprefix("# ")
            assert path.is_file(), f"{path} is not what the first step wrote"
            path.write_text(text.removeprefix(f"{first}\n"))
    assert "far_samples is a tool that runs" in said[0]
    assert "far-samples: holds" in said[1]
    assert "Far samples: 3" in said[2]
    assert "{'samples': 30, 'far': 3}" in said[3]
    assert len((project / "out" / "samples.csv").read_text().splitlines()) == 4


def test_the_table_names_every_kind():
    from pipeline.toolkit.kinds import INPUT_KINDS
    from pipeline.toolkit.outputs import OUTPUT_KINDS

    for kind in (*INPUT_KINDS, *OUTPUT_KINDS):
        assert re.search(rf"\b{kind.__name__}\b", PAGE), f"{kind.__name__} is not in the tutorial"
