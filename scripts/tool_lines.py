"""Count what a tool costs beside its science.

Usage: python scripts/tool_lines.py [FOLDER ...]

The files that speak of forms and pages (``__init__.py``, ``tool.py``, ``parameters.py``, ``outputs.py``) stand beside the science; every
other file of the folder is science, but for what makes the example's data. Two figures are printed of them:

* *lines*: every line that is neither blank, nor a comment, nor part of a docstring, which is the help page;
* *code*: of these, the lines that hold more than words for people. A line is words when it holds nothing but a phrase in quotes, or text
  in quotes behind the name that says what it is, as in ``title="Alpha",``: titles, help sentences, captions and references, which a
  manual needs whoever writes it. A line on which anything else stands is code: one number, one type, one name of a file, one bracket.

What a tool may cost is 60 lines of *code*.
"""

import ast
import io
import sys
import tokenize
from pathlib import Path

PIPELINE = Path(__file__).parents[1] / "pipeline"
BESIDE = ("__init__.py", "tool.py", "parameters.py", "outputs.py")
MOST = 60
NAMES_OF_WORDS = frozenset({"title", "help", "description", "summary", "caption", "unit", "type_title", "type_example", "references"})
PUNCTUATION = frozenset("()[]{},:=+")
SILENT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING}


def _prose(source: str) -> set[int]:
    """Return the lines of docstrings."""
    texts = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    return {line for text in texts if isinstance(text.value, str) for line in range(text.lineno, (text.end_lineno or text.lineno) + 1)}


def _are_words(tokens: list[tokenize.TokenInfo]) -> bool:
    """Tell whether the tokens of a line are words for people."""
    texts = [token.string for token in tokens if token.type == tokenize.STRING]
    names = [token.string for token in tokens if token.type == tokenize.NAME]
    others = [t.string for t in tokens if t.type not in (tokenize.STRING, tokenize.NAME)]
    if not texts or not NAMES_OF_WORDS.issuperset(names) or not PUNCTUATION.issuperset(others):
        return False
    return bool(names) or any(" " in text for text in texts)


def count(source: str) -> tuple[int, int]:
    """Return the lines of a source, and how many of them are code."""
    prose, on_line = _prose(source), dict[int, list[tokenize.TokenInfo]]()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in SILENT and token.start[0] not in prose:
            for line in range(token.start[0], token.end[0] + 1):
                on_line.setdefault(line, []).append(token)
    code = [tokens for tokens in on_line.values() if not _are_words(tokens)]
    return len(on_line), len(code)


def of_folder(folder: Path) -> tuple[int, int, int]:
    """Return the lines and the code beside the science, and the lines of the science."""
    beside = [count((folder / name).read_text()) for name in BESIDE if (folder / name).is_file()]
    science = [
        path for path in folder.rglob("*.py") if path.parent.name != "example" and not (path.parent == folder and path.name in BESIDE)
    ]
    return sum(lines for lines, _ in beside), sum(code for _, code in beside), sum(count(path.read_text())[0] for path in science)


def main(folders: list[Path]) -> int:
    """Print one line for each tool; return 1 if one costs too much."""
    print(f"{'tool':<16}{'beside the science: lines':>26}{'code':>8}{'science: lines':>18}")
    dear = 0
    for folder in folders:
        lines, code, science = of_folder(folder)
        dear += code > MOST
        print(f"{folder.name:<16}{lines:>26}{code:>8}{science:>18}{'  more than ' + str(MOST) if code > MOST else ''}")
    return 1 if dear else 0


if __name__ == "__main__":
    given = [Path(name) for name in sys.argv[1:]]
    sys.exit(main(given or sorted(path.parent for path in PIPELINE.glob("*/tool.py") if path.parent.name != "toolkit")))
