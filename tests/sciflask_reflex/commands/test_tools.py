"""The author's kit: a new tool runs and passes; one that breaks the contract is told how."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sciflask_reflex.commands.check_tools import BROKEN, HOLDS, MISUSED, check_tools
from sciflask_reflex.commands.new_tool import DONE, new_tool
from sciflask_reflex.settings import ROOT


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the science, to which a tool was added as an author does."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "pipeline", root / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    assert new_tool("far_samples", root=root) == DONE
    assert new_tool("slow_decay", live=True, root=root) == DONE
    return root


def check(project: Path, *slugs: str) -> tuple[int, str]:
    code = "import sys; from sciflask_reflex.commands.check_tools import check_tools; sys.exit(check_tools(sys.argv[1:]))"
    environment = {"PYTHONPATH": f"{project}:{ROOT}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", code, *slugs], capture_output=True, text=True, env=environment, check=False, cwd=project)
    return done.returncode, done.stdout + done.stderr


def test_a_new_tool_runs_and_passes(project):
    assert check(project, "far-samples", "slow-decay") == (HOLDS, "far-samples: holds\nslow-decay: holds\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", "tests"],
        capture_output=True, text=True, env={"PYTHONPATH": f"{project}:{ROOT}", "PATH": "/usr/bin:/bin"}, check=False, cwd=project,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_a_tool_answers_to_the_name_it_was_made_with(project):
    assert check(project, "far_samples")[0] == HOLDS


@pytest.mark.parametrize("name", ["", "My_Tool", "1st", "a-b", "../evil", "class", "a__b", "x" * 41])
def test_a_name_that_cannot_be_is_refused(tmp_path, name, capsys):
    assert new_tool(name, root=tmp_path) == MISUSED
    assert "cannot be the name" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(project, capsys):
    assert new_tool("far_samples", root=project) == MISUSED
    assert "already" in capsys.readouterr().err


BREAKS = {
    "Its docstring says too little.": (
        (
            "    Every feature is brought to mean 0 and standard deviation 1. A sample's distance is the root mean square of its values;\n"
            "    samples farther than the distance that you choose are counted and listed first.\n\n"
        ),
        "",
    ),
    "Distance has no bounds.": ("parameter(gt=0, le=10)", "parameter()"),
    "The help of Distance is no sentence.": ("in standard deviations.", "in standard deviations"),
    "Two outputs are called 'Samples'.": ('Output("Distances"', 'Output("Samples"'),
    "It imports sqlalchemy, sqlmodel.": ("from typing import Annotated\n", "from typing import Annotated\nimport sqlmodel\n"),
    "far is 3 instead of 4.": ('"far": 3', '"far": 4'),
    "it expects nothing.": ('    expected={"samples": 30, "far": 3},\n', ""),
    "it does not run: Too few": ("    import pandas as pd\n", "    raise ToolError('Too few.')\n    import pandas as pd\n"),
    "It has no example.": (", examples=(EXAMPLE,))", ")"),
}


@pytest.mark.parametrize("sentence", BREAKS)
def test_what_breaks_the_contract_is_said_with_its_cure(tmp_path, project, sentence):
    shutil.copytree(project / "pipeline", tmp_path / "pipeline")
    path = tmp_path / "pipeline" / "far_samples" / "tool.py"
    old, new = BREAKS[sentence]
    text = path.read_text().replace("Table, parameter, tool", "Table, ToolError, parameter, tool")
    assert old in text
    path.write_text(text.replace(old, new, 1))
    code, said = check(tmp_path, "far-samples")
    assert code == BROKEN
    assert sentence in said


def test_a_result_that_changes_and_a_class_that_is_too_small(tmp_path, project):
    shutil.copytree(project / "pipeline", tmp_path / "pipeline")
    path = tmp_path / "pipeline" / "far_samples" / "tool.py"
    text = path.read_text().replace("    import pandas as pd\n", "    import os\n\n    import pandas as pd\n", 1)
    text = text.replace('name="distance")', 'name=f"distance {os.getpid()}")').replace("Table, parameter", "Resources, Table, parameter")
    path.write_text(text.replace("examples=(EXAMPLE,))", "examples=(EXAMPLE,), resources=Resources(seconds=1, memory_mib=5))"))
    code, said = check(tmp_path, "far-samples")
    assert code == BROKEN
    assert "samples.csv differ from run to run." in said
    assert "and its class allows 5 MiB" in said


def test_an_unknown_tool_is_named(capsys):
    assert check_tools(["nope"]) == MISUSED
    assert "There is no tool called nope. There are: correlation" in capsys.readouterr().err
