"""The ``sciflask`` command as it is typed, in the process of the test: starting Python anew for each would take seconds."""

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from contextvars import copy_context
from dataclasses import dataclass
from unittest.mock import patch

from sciflask_reflex.cli import main


@dataclass(frozen=True)
class Done:
    """What a command left behind, as a shell would see it."""

    returncode: int
    stdout: str
    stderr: str


def sciflask(*words: str, given: str = "") -> Done:
    """Type a command; ``given`` is typed after it."""
    out, err = io.StringIO(), io.StringIO()
    mask = os.umask(0o022)
    try:
        typed = patch.multiple(sys, argv=["sciflask", *words], stdin=io.StringIO(given))
        with typed, redirect_stdout(out), redirect_stderr(err):
            code = copy_context().run(_exit_code, err)  # who acts is known to the command alone
    finally:
        os.umask(mask)
    return Done(code, out.getvalue(), err.getvalue())


def _exit_code(err: io.StringIO) -> int:
    """Run it; a sentence that the interpreter would print on its way out goes to standard error, and the code is 1."""
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, str):
            err.write(f"{end.code}\n")
            return 1
        return int(end.code or 0)
    return 0
