"""Tables to download and plots: for admins alone; and no cell of a table is a formula."""

import csv
import io
from dataclasses import dataclass

import httpx
import pytest
from sqlmodel import select
from starlette.applications import Starlette

from sciflask_reflex.db import reading, writing
from sciflask_reflex.http.posting import FOREIGN
from sciflask_reflex.identity import looking, service, sessions
from sciflask_reflex.identity.cookies import SESSION_COOKIE, new_guest_token
from sciflask_reflex.identity.models import Account
from sciflask_reflex.manage import csvfile
from sciflask_reflex.manage.http import ROUTES
from sciflask_reflex.models import AuditEvent, Role
from tests.accounts import make_account, make_session, signed_in

pytestmark = pytest.mark.anyio
READS = [route.path for route in ROUTES if "GET" in (route.methods or ())]
ORIGIN = {"origin": "http://localhost:3000"}


@dataclass
class Client:
    """Asks the routes of administration."""

    async def ask(self, method, path, token="", **more):
        headers = {"cookie": f"{SESSION_COOKIE}={token}"} if token else {}
        headers |= more.pop("headers", {})
        transport = httpx.ASGITransport(Starlette(routes=ROUTES))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
            return await client.request(method, path, headers=headers, **more)


@pytest.fixture
def client(site):
    return Client()


@pytest.fixture
def small(sqlite, keys):
    """The same where the database is not the point."""
    return Client()


@pytest.mark.parametrize("path", READS)
async def test_for_everybody_else_the_address_does_not_exist(small, path):
    admin, ada = signed_in("root@example.org", role=Role.ADMIN), make_account()
    guest = new_guest_token()
    sessions.ensure_guest(guest, ip="192.0.2.1")
    disabled = signed_in("gone@example.org", role=Role.ADMIN)
    service.set_enabled("gone@example.org", enabled=False)
    for token in ("", "nonsense", guest, make_session(ada), disabled):
        answer = await small.ask("GET", path, token)
        assert (answer.status_code, answer.text) == (404, "There is nothing here.")
    assert (await small.ask("GET", path, admin)).status_code == 200
    assert (await small.ask("GET", path, admin, headers={"origin": "https://evil.example"})).status_code == 404
    looking.start(admin, ada.owner_id)
    assert (await small.ask("GET", path, admin)).status_code == 404


async def test_figures_as_a_table(client):
    admin = signed_in("root@example.org", role=Role.ADMIN)
    with writing() as session:
        account = session.exec(select(Account)).one()
        account.institution = '=HYPERLINK("http://evil")'
        session.add(account)
    answer = await client.ask("GET", "/manage/usage.csv?by=institution", admin)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["institution"], row["people_new"]) for row in rows] == [('\'=HYPERLINK("http://evil")', "1")]
    assert answer.headers["content-disposition"].startswith('attachment; filename="usage-by-institution-')
    assert answer.headers["cache-control"] == "no-store"
    with reading() as session:
        assert "admin:usage:export" in session.exec(select(AuditEvent.tag)).all()


async def test_the_log_as_a_table(client):
    admin = signed_in("root@example.org", role=Role.ADMIN)
    with writing() as session:
        session.add(AuditEvent(tag="t:1", thing="@SUM(1)"))
    answer = await client.ask("GET", "/manage/audit.csv?tag=t:", admin)
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["tag"], row["thing"]) == ("t:1", "'@SUM(1)")
    with reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.tag == "admin:auditevent:export")).one()
    assert event.actor_id == sessions.principal_of_token(admin).owner_id


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/manage/usage.csv?by=password", 404), ("/manage/usage.csv?first=x", 422), ("/manage/audit.csv?last=9999999", 422),
        ("/manage/figures/usage.json?measure=__class__", 404), ("/manage/figures/throughput.json?by=second", 404),
    ],
)  # fmt: skip
async def test_odd_questions(small, path, status):
    assert (await small.ask("GET", path, signed_in(role=Role.ADMIN))).status_code == status


async def test_a_look_by_forms(small):
    admin, ada = signed_in("root@example.org", role=Role.ADMIN), make_account()
    begun = await small.ask("POST", "/auth/look", admin, headers=ORIGIN, data={"owner_id": ada.owner_id, "next": "/analyses/x"})
    assert (begun.status_code, begun.headers["location"]) == (303, "/analyses/x")
    assert sessions.principal_of_token(admin).owner_id == ada.owner_id
    ended = await small.ask("POST", "/auth/look/stop", admin, headers=ORIGIN)
    assert (ended.status_code, ended.headers["location"]) == (303, "/manage/failures")
    assert sessions.principal_of_token(admin).is_admin


async def test_a_look_needs_an_admin_and_our_own_page(small):
    admin, ada = signed_in("root@example.org", role=Role.ADMIN), make_account()
    data = {"owner_id": ada.owner_id}
    for token in ("", make_session(ada)):
        assert (await small.ask("POST", "/auth/look", token, headers=ORIGIN, data=data)).status_code == 404
    forged = await small.ask("POST", "/auth/look", admin, headers={"origin": "https://evil.example"}, data=data)
    assert (forged.status_code, forged.text) == (403, FOREIGN)
    assert (await small.ask("POST", "/auth/look", admin, headers=ORIGIN, data=data | {"next": "//evil"})).headers["location"] == "/profile"


def test_cells():
    lines = "".join(csvfile.lines(("a", "b"), [("=1+1", -3), ("-cmd|' /C calc'!A0", 1.5), ("plain, with comma", None)]))
    assert lines == "\ufeffa,b\r\n'=1+1,-3\r\n'-cmd|' /C calc'!A0,1.5\r\n\"plain, with comma\",\r\n"
