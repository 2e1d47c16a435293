"""Small files, small limits, and the wizard open in a tab."""

from contextlib import asynccontextmanager

import pytest

from sciflask_reflex.settings import settings
from sciflask_reflex.studies import checking, service
from sciflask_reflex.studies.state import StudyUploadState
from tests.sciflask_reflex.studies.wizards import NAME, Child

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


@pytest.fixture
def child(monkeypatch):
    """Run the check right here, where a test can make it wait or fail."""
    it = Child()
    monkeypatch.setattr(checking, "_in_child", it)
    yield it
    it.go_on.set()


@pytest.fixture
def wizard(person, desk):
    """Return a context manager: a tab with the wizard open, its name given and the terms accepted."""

    @asynccontextmanager
    async def open_one(who=None, tool=""):
        async with desk() as it:
            tab = it.tab((who or person()).session, path="/upload", query={})
            await tab.send(StudyUploadState.load)
            if tool:
                await tab.send(f"{NAME}.choose_tool", slug=tool)
            await tab.send(StudyUploadState.set_study_name("Mine"))
            await tab.send(f"{NAME}.set_terms", on=True)
            yield it, tab

    return open_one
