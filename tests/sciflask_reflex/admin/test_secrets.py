"""No hash and no secret on any page, in any answer, in any export; and what people typed stays text."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlmodel import Session, select

from sciflask_reflex import links
from sciflask_reflex.admin.site import VIEWS
from sciflask_reflex.db import engine, reading, writing
from sciflask_reflex.identity import one_time, tokens
from sciflask_reflex.identity.models import LocalAuthSession, Passkey, RecoveryCode, TotpSecret
from sciflask_reflex.models import Fault, Mail, Share, Status, new_id, utcnow
from tests.factories import make_analysis, make_study
from tests.sciflask_reflex.admin.browser import Visitor, log

SECRET = ("sha256", "password_hash", "secret", "public_key", "credential_id", "session_id", "network_hash", "link_id", "body")
UGLY = (
    "<img src=x onerror=alert(1)>",
    "=cmd|'/c calc'!A1",
    "\u202eevil",
    "+1+1",
    "@SUM(A1)",
    "</script><script>alert(2)</script>",
    "{{7*7}}",
)


def fill(session: Session, person: Any, analysis_id: str) -> None:
    """Store something secret in every table that holds secrets."""
    later = utcnow().replace(year=2030)
    share = new_id()
    session.add_all([
        Share(id=share, analysis_id=analysis_id, owner_id=person.id, token_sha256=links.hash_of_link(share), expires_at=later),
        TotpSecret(owner_id=person.id, secret="sealed-totp-secret-text", confirmed_at=utcnow()),
        RecoveryCode(owner_id=person.id, code_sha256="c" * 64),
        Passkey(owner_id=person.id, credential_id="credential-of-a-phone", public_key="public-key-of-a-phone"),
        Fault(fingerprint="a" * 16, title=UGLY[0], traceback=UGLY[0], count=1),
    ])  # fmt: skip
    one_time.make(session, one_time.RESET, person.id, seconds=600)


def secrets_kept() -> set[str]:
    """Return every hash and secret that the tables hold."""
    found: set[str] = set()
    with engine().connect() as connection:
        for table in inspect(engine()).get_table_names():
            names = [column["name"] for column in inspect(engine()).get_columns(table)]
            for name in names:
                if any(word in name for word in SECRET):
                    values = connection.execute(text(f'SELECT "{name}" FROM "{table}"')).scalars()
                    found |= {value.decode() if isinstance(value, bytes) else str(value) for value in values if value}
    return {value for value in found if len(value) > 8}


def everything(visitor: Visitor) -> list[tuple[str, str]]:
    """Return every page, answer and export of every list."""
    found = [(path, visitor.get(path).text) for path in ("/admin/",)]
    for view in VIEWS:
        listed = visitor.get(f"/admin/{view.key}/list?page_size=100").text
        found.append((f"{view.key}/list", listed))
        rows = visitor.get(f"/admin/_api/{view.key}/relation-lookup?limit=100").json()["items"]
        found.append((f"{view.key}/lookup", visitor.get(f"/admin/_api/{view.key}/relation-lookup?limit=100").text))
        for row in rows:
            pk = row[str(view.pk_attr)]
            places = (f"{view.key}/detail", f"{view.key}/edit", f"{view.key}/create", f"_api/{view.key}/inline-edit/row")
            found.extend((place, visitor.get(f"/admin/{place}", params={"pk": pk}).text) for place in places)
        found.append((f"{view.key}/export", export(visitor, str(view.key))))
    return found


def export(visitor: Visitor, key: str) -> str:
    """Export a whole list."""
    form = {"scope": "all", "format": "csv", "filename": "../../x\r\nSet-Cookie: a=b"}
    answer = visitor.post(f"/admin/_api/{key}/action", params={"name": "export", "all": "1"}, data=form)
    assert answer.status_code == 200, (key, answer.headers.get("location"))
    assert answer.headers["content-disposition"].endswith(f'filename="{key}.csv"')
    assert "set-cookie" not in answer.headers or "a=b" not in answer.headers["set-cookie"]
    return answer.text


@pytest.fixture
def site(sqlite: str, visitor: Visitor, person: Any) -> Any:
    """Somebody with a bit of everything, all of it with ugly names."""
    somebody = person(first=UGLY[0], last=UGLY[1], password="correct horse battery")
    study = make_study(somebody.id, name=UGLY[1])
    analysis = make_analysis(study, status=Status.FAILED, name=UGLY[1], error=UGLY[0], traceback=UGLY[5], parameters={"a": UGLY[0]})
    tokens.create(somebody.email, name=UGLY[3])
    with writing() as session:
        fill(session, somebody, analysis.id)
        session.add(Mail(to="a@example.org", subject=UGLY[4], body=f"body of a mail {links.PLACE}", cause="x", link_id="linkidlinkid"))
    for text_of in UGLY:
        visitor.post("/admin/announcements/create", data={"text": text_of, "tone": "info"})
        visitor.post("/admin/domains/create", data={"domain": f"d{len(text_of)}.example", "allowed": "on", "institution": text_of})
    visitor.post("/admin/roles/create", data={"role": "reader", "title": UGLY[0], "max_studies": "3"})
    return somebody


def test_no_secret_leaves_the_tables(site: Any, visitor: Visitor) -> None:
    kept = secrets_kept()
    with reading() as session:
        assert len(session.exec(select(LocalAuthSession)).all()) >= 2
    assert len(kept) > 12
    seen = everything(visitor)
    assert len(seen) > 60
    for where, page in seen:
        assert not [value for value in kept if value in page], where
        assert "sfk_" not in page


def test_what_people_typed_is_text_everywhere(site: Any, visitor: Visitor) -> None:
    everything_seen = everything(visitor)
    pages = [(where, page) for where, page in everything_seen if not where.endswith(("/export", "/lookup"))]
    for where, page in pages:
        assert "<img src=x" not in page, where
        assert "<script>alert" not in page, where
        assert "49" not in page.split("7*7")[0][-4:], where
    assert any("&lt;img src=x onerror=alert(1)&gt;" in page for where, page in pages if where == "people/list")
    for where, answer in everything_seen:
        if where.endswith("/lookup"):
            assert '"<span><img' not in answer


def test_no_formula_leaves_in_an_export(site: Any, visitor: Visitor) -> None:
    cells = [cell for view in VIEWS for row in csv.reader(io.StringIO(export(visitor, str(view.key)))) for cell in row]
    assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@")]
    assert f"'{UGLY[1]}" in cells
    written = {event.tag for view in VIEWS for event in log(f"admin:{str(view.display_name).lower().replace(' ', '')}:export")}
    assert len(written) == len(VIEWS)


@pytest.mark.parametrize(
    "query",
    [
        "page=999999999999999999999999&q=%25", "sort=password_hash__asc", "sort=session_sha256__desc", "sort=bytes__asc", "q=%00", "q='%20or%201=1",
        "page=-1", "cols=password_hash,name", f"q={'x' * 5000}",
    ],
)  # fmt: skip
def test_odd_questions_get_a_page(site: Any, visitor: Visitor, query: str) -> None:
    assert visitor.get(f"/admin/people/list?{query}").status_code == 200


@pytest.mark.parametrize("query", ["page_size=100000", "page_size=-1", "filter=password_hash+contains+x", "filter=nonsense+contains+x"])
def test_odder_ones_are_refused(site: Any, visitor: Visitor, query: str) -> None:
    assert visitor.get(f"/admin/people/list?{query}").status_code == 400


def test_letters_of_a_search_mean_themselves(site: Any, visitor: Visitor, person: Any) -> None:
    assert "No data" not in visitor.get("/admin/people/list?q=person").text
    found = visitor.get("/admin/_api/people/relation-lookup", params={"q": "%"}).json()
    assert found["total"] == 0
