"""Tracebacks as sentences: real ones, of files that cannot be loaded."""

import subprocess
import sys

import pytest

from pipeline.toolkit.mishaps import sentence_of


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("x = 1\nf((\n", "mine.py, line 2: SyntaxError: '(' was never closed. Mend that line."),
        ("def f():\nreturn 1\n", ("mine.py, line 2: IndentationError: expected an indented block after function definition on line 1. "
         "Mend the spaces at the beginning of that line.")),
        ("import no_such_thing\n", ("mine.py, line 1: ModuleNotFoundError: No module named 'no_such_thing'. "
         "Correct the name, or install the package into the site's environment.")),
        ("def f():\n    return g()\n\nf()\n", "mine.py, line 2: NameError: name 'g' is not defined. Define or import it."),
        ("import json\n\njson.loads('x')\n", "mine.py, line 3: json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0). Mend it there."),
        ("from pipeline.toolkit import ToolDefinitionError\nraise ToolDefinitionError('mine.py: no type. Annotate it.')\n",
         "mine.py: no type. Annotate it."),
    ],
)  # fmt: skip
def test_what_went_wrong_is_said_with_file_line_and_cure(tmp_path, source, sentence):
    (tmp_path / "mine.py").write_text(source)
    done = subprocess.run([sys.executable, str(tmp_path / "mine.py")], capture_output=True, text=True, check=False)
    assert sentence_of(done.stderr, [tmp_path], tmp_path).replace("json.decoder.", "") == sentence.replace("json.decoder.", "")


def test_no_word_is_a_sentence_too(tmp_path):
    assert sentence_of("", [tmp_path], tmp_path) == "It ended without a word. Mend it there."
