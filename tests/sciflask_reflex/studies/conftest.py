"""Small files, small limits."""

import pytest

from sciflask_reflex.settings import settings
from sciflask_reflex.studies import checking, service

LIMITS = {"SCIFLASK_MIN_FEATURES": "2", "SCIFLASK_MIN_SHARED_SAMPLES": "3"}


@pytest.fixture(autouse=True)
def small_limits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Accept tables of a few cells; start with no remembered report."""
    for fixture in ("database", "sqlite", "data_dir"):
        if fixture in request.fixturenames:
            request.getfixturevalue(fixture)
    for name, value in LIMITS.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    monkeypatch.setattr(checking, "_memory", checking.Memory(checking.REMEMBERED))


@pytest.fixture
def upload():
    """Return a function that uploads bytes for an owner and returns the upload's id."""

    def send(owner_id: str, content: bytes = b"id,a,b\ns1,1,2\ns2,3,5\ns3,4,4\n", filename: str = "x.csv") -> str:
        intake = service.start_upload(owner_id, filename, len(content))
        intake.write(content)
        return intake.finish().id

    return send
