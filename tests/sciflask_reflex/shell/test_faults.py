"""A fault of ours is told to the person; a fault that its own answer meets again ends by itself."""

import asyncio

import pytest

from sciflask_reflex.identity.buckets import Buckets, burst
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.shell import faults
from sciflask_reflex.shell.faults import PER_MINUTE, report_fault

pytestmark = pytest.mark.anyio


@pytest.fixture
def met(monkeypatch):
    """Return the faults that were met; what earlier tests logged does not count."""
    monkeypatch.setattr(faults, "_buckets", Buckets())
    monkeypatch.setattr(faults.log, "filters", [])
    return []


def boundary(met):
    def report(exception):
        met.append(exception)
        assert len(met) <= 2 * burst(PER_MINUTE), "the answer to a fault makes the next one, for ever"
        return report_fault(exception)

    return report


async def test_an_address_that_no_answer_survives_makes_no_endless_chain(person, desk, met):
    async with desk() as it:
        it.processor.backend_exception_handler = boundary(met)
        tab = it.tab(person().session, path=5)
        await tab.send(SessionState.load)
        for _ in range(50):
            await asyncio.sleep(0.01)
        assert 1 <= len(met) <= burst(PER_MINUTE) + 1


async def test_a_fault_is_told_with_a_reference(person, desk, met, caplog):
    async with desk() as it:
        it.processor.backend_exception_handler = boundary(met)
        tab = it.tab(person().session)
        await tab.send(SessionState.load)
        event = report_fault(RuntimeError("a secret of ours"))
        await tab.send(event)
        notice = (await tab.state(SessionState)).notice
        assert "reference" in notice
        assert "secret" not in notice
        assert notice.partition("reference ")[2][:8] in caplog.text
