"""The page of mistakes: each is made again, and what is said of it is what stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import small_table

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "mistakes.md").read_text()
BLOCK = r"```{}\n(.*?)\n```"
SOUND = re.findall(BLOCK.format("python"), PAGE, re.DOTALL)[0]
MISTAKES = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")[1:]}


def written(folder: Path, source: str) -> Path:
    """Write a package with this tool, as an installer leaves it."""
    (folder / "my_tool.py").write_text(source + "\n")
    (folder / "example").mkdir()
    (folder / "example" / "samples.csv").write_bytes(small_table())
    info = folder / "my_tool-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-tool\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[sciflask.tools]\nlargest = my_tool:largest\n")
    return folder


def said_of(folder: Path) -> str:
    """Return what `sciflask tools check` says of the tool."""
    done = subprocess.run(
        [sys.executable, "-m", "sciflask_reflex.cli", "tools", "check", "largest"],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return (done.stdout + done.stderr).replace(f"{folder}{os.sep}", "").strip()


def test_the_tool_without_a_mistake_holds(tmp_path):
    assert said_of(written(tmp_path, SOUND)) == re.findall(BLOCK.format("text"), PAGE, re.DOTALL)[0]


def test_there_are_ten_at_least():
    assert len(MISTAKES) >= 10


@pytest.mark.parametrize("title", MISTAKES)
def test_what_is_said_of_a_mistake(title, tmp_path):
    (change,) = re.findall(BLOCK.format("diff"), MISTAKES[title], re.DOTALL)
    (wanted,) = re.findall(BLOCK.format("text"), MISTAKES[title], re.DOTALL)
    before, after = ("\n".join(line[1:] for line in change.split("\n") if line.startswith(sign)) for sign in "-+")
    assert SOUND.count(before) == 1
    assert said_of(written(tmp_path, SOUND.replace(before, after))) == wanted
