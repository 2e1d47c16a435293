"""Who is told that an analysis has ended, and on which page."""

from dataclasses import replace

import pytest
from reflex.istate.data import RouterData

from sciflask_reflex.analyses import service
from sciflask_reflex.live.announce import announce
from sciflask_reflex.live.state import LiveState
from sciflask_reflex.models import Status
from tests.factories import make_analysis, make_study

pytestmark = pytest.mark.anyio


@pytest.fixture
def row(person):
    me = person()
    analysis = make_analysis(make_study(me.owner_id), name="{0} <b>µ", status=Status.DONE, manifest={})
    return service.get(analysis.id, owner_id=me.owner_id)


async def told(house, *rows, path="/tools"):
    async with house() as it:
        token = it.open("")
        root = it.roots[token]
        root.router = RouterData.from_router_data({"pathname": path, "asPath": path, "headers": {"origin": "http://localhost"}})
        for one in rows:
            await announce(root, one)
        return (await it.state(token, LiveState)).notices


async def test_the_end_is_announced_with_a_link(row, house):
    (notice,) = await told(house, row)
    assert (notice["tone"], notice["href"]) == ("ok", f"/analyses/{row.id}")
    assert notice["text"] == "“{0} <b>µ” is done."
    (notice,) = await told(house, replace(row, status=Status.FAILED))
    assert (notice["tone"], notice["action"]) == ("error", "See why")


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING, Status.CANCELLING, Status.CANCELLED])
async def test_what_the_person_did_or_what_goes_on_is_no_news(row, house, status):
    assert await told(house, replace(row, status=status), None) == []


@pytest.mark.parametrize("path", ["/analyses/{}", "/analyses/{}/", "/analyses/{}?x=1"])
async def test_the_page_of_the_analysis_shows_it_already(row, house, path):
    assert await told(house, row, path=path.format(row.id)) == []
    assert len(await told(house, row, path="/analyses/" + "0" * 32)) == 1
