"""What tools cost beside their science: counted by the script, and never above what was promised."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
spec = importlib.util.spec_from_file_location("tool_lines", ROOT / "scripts" / "tool_lines.py")
assert spec is not None
assert spec.loader is not None
tool_lines = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tool_lines)


@pytest.mark.parametrize(
    ("source", "lines", "code"),
    [
        ('"""Prose\nof two lines."""\n\n# a comment\nx = 1\n', 1, 1),
        ('f(\n    title="Alpha",\n    help="Some words "\n    "more words",\n)\n', 5, 2),
        ('f(\n    title="Alpha", ge=0,\n)\n', 3, 3),
        ('f(\n    "genes.csv",\n    "a phrase, of some words",\n)\n', 4, 3),
        ('slug = "correlation"\n', 1, 1),
    ],
)
def test_words_are_told_from_code(source, lines, code):
    assert tool_lines.count(source) == (lines, code)


def test_every_tool_costs_at_most_sixty_lines_beside_its_science(capsys):
    folders = sorted(path.parent for path in (ROOT / "pipeline").glob("*/tool.py") if path.parent.name != "toolkit")
    assert len(folders) >= 2
    assert tool_lines.main(folders) == 0, capsys.readouterr().out
