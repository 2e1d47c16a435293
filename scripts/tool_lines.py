"""Count what a tool costs beside its science: the lines of tool.py that are code, without the docstring, which is the help page.

Usage: python scripts/tool_lines.py [FOLDER ...]
"""

import ast
import sys
from pathlib import Path

PIPELINE = Path(__file__).parents[1] / "pipeline"
NO_TOOLS = ("toolkit",)
BESIDE = ("__init__.py", "tool.py", "parameters.py", "outputs.py")
"""The files that speak of forms and pages; every other one is science."""


def code_lines(path: Path) -> int:
    """Count the lines of a file that hold code: no blank line, no comment, no docstring."""
    tree = ast.parse(path.read_text())
    silent = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = enumerate(path.read_text().splitlines(), 1)
    return sum(number not in silent and bool(line.strip()) and not line.strip().startswith("#") for number, line in lines)


def main(folders: list[Path]) -> None:
    """Print one line for each tool."""
    print(f"{'tool':<16}{'beside the science':>20}{'science':>10}")
    for folder in folders:
        beside = sum(code_lines(folder / name) for name in BESIDE if (folder / name).is_file())
        science = sum(code_lines(path) for path in folder.glob("*.py") if path.name not in BESIDE)
        print(f"{folder.name:<16}{beside:>20}{science:>10}")


if __name__ == "__main__":
    given = [Path(name) for name in sys.argv[1:]]
    main(given or sorted(path for path in PIPELINE.iterdir() if (path / "tool.py").is_file() and path.name not in NO_TOOLS))
