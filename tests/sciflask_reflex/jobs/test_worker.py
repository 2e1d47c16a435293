"""What worker, relay and job child may load: no web, no accounts, and in the child no database either."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WEB = ("reflex", "fastapi", "sciflask_reflex.identity", "pandas")


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("sciflask_reflex.jobs.worker", WEB),
        ("sciflask_reflex.jobs.relay", WEB),
        ("pipeline.toolkit.job", ("sciflask_reflex", "sqlalchemy", "redis", "dramatiq", "reflex")),
        ("pipeline", ("sciflask_reflex", "sqlalchemy", "redis", "dramatiq", "reflex")),
    ],
)
def test_a_process_loads_no_more_than_it_needs(module, forbidden):
    code = f"import sys, {module}; print([name for name in {forbidden!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"
