"""The list of tools: found by one door, light to open."""

import subprocess
import sys

import pytest

import pipeline
from pipeline.toolkit import ToolDefinitionError


@pytest.fixture
def door(monkeypatch):
    pipeline.tools.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    pipeline.tools.cache_clear()


def test_the_correlation_tool_is_there():
    assert pipeline.tools()["correlation"].title == "Correlation"


def test_looking_at_the_tools_does_not_load_the_science():
    code = "import sys; from pipeline import tools; tools(); print(*{'numpy', 'pandas', 'scipy', 'matplotlib', 'reflex', 'sqlmodel'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_two_tools_may_not_share_a_slug(door):
    door.setattr(pipeline, "BUILT_IN", ("pipeline.correlation:correlate", "pipeline.correlation.tool:correlate"))
    with pytest.raises(ToolDefinitionError, match="'correlation' is taken"):
        pipeline.tools()


def test_what_is_no_tool_is_refused(door):
    door.setattr(pipeline, "BUILT_IN", ("pipeline.correlation.tool:REFERENCES",))
    with pytest.raises(ToolDefinitionError, match="is no tool"):
        pipeline.tools()
