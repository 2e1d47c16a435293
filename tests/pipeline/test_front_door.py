"""The list of tools: found by one door, light to open."""

import subprocess
import sys

import pytest

import pipeline
from pipeline.toolkit import ToolDefinitionError

TOOL = '''
from dataclasses import dataclass
from pipeline.toolkit import Metric, Metrics, SampleTable, tool

@dataclass
class Count:
    numbers: Metrics

@tool(slug="{slug}", title="Count", summary="Counts.")
def count(table: SampleTable) -> Count:
    """Count the rows."""
    return Count(Metrics({{"rows": Metric("Rows", len(table.frame))}}))
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder beside the tools: what lies there is found like what lies in ours."""
    monkeypatch.setattr(pipeline, "__path__", [*pipeline.__path__, str(tmp_path)])
    pipeline.tools.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    pipeline.tools.cache_clear()
    for name in [name for name in sys.modules if name.startswith("pipeline.extra")]:
        del sys.modules[name]


def test_the_correlation_tool_is_there():
    assert pipeline.tools()["correlation"].title == "Correlation"


def test_looking_at_the_tools_does_not_load_the_science():
    code = "import sys; from pipeline import tools; tools(); print(*{'numpy', 'pandas', 'scipy', 'matplotlib', 'reflex', 'sqlmodel'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def add(folder, name, text):
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(text)


def test_a_folder_is_all_it_takes(folder):
    add(folder, "extra_count", TOOL.format(slug="count"))
    assert pipeline.tools()["count"].help == "Count the rows."


def test_two_tools_may_not_share_a_slug(folder):
    add(folder, "extra_twin", TOOL.format(slug="correlation"))
    with pytest.raises(ToolDefinitionError, match=r"pipeline\.extra_twin: the slug 'correlation' is taken"):
        pipeline.tools()


def test_a_folder_without_a_tool_is_named(folder):
    add(folder, "extra_empty", "")
    with pytest.raises(ToolDefinitionError, match=r"pipeline/extra_empty/__init__\.py offers no tool"):
        pipeline.tools()
