"""The operator's own texts: shown safely, with a version, and asked about once when they change."""

import os
import re
from pathlib import Path

import pytest
from sqlmodel import select

import sciflask_reflex
from sciflask_reflex import terms
from sciflask_reflex.db import reading
from sciflask_reflex.errors import Refused
from sciflask_reflex.help.state import TextState
from sciflask_reflex.identity import consent, service
from sciflask_reflex.identity.models import Account
from sciflask_reflex.models import AuditEvent
from sciflask_reflex.settings import settings

PACKAGE = Path(sciflask_reflex.__file__).parent


@pytest.fixture
def own(data_dir: Path) -> Path:
    settings().site_dir.mkdir()
    return settings().site_dir / "terms.md"


@pytest.mark.usefixtures("data_dir")
def test_the_shipped_texts_have_a_version_and_no_open_place():
    for name in ("terms", "privacy"):
        shown = terms.text(name)
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", shown.version)
        assert "{{" not in shown.html
        assert "Version:" not in shown.html


@pytest.mark.usefixtures("data_dir")
def test_every_cookie_and_every_stored_key_is_named():
    code = "".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    cookies = set(re.findall(r"^\w*COOKIE\w*\b[\w, ]* = \"([\w-]+)\"", code, re.MULTILINE))
    assert cookies >= {"sciflask_session", "sciflask_flash", "sciflask_joining"}
    shown = terms.text("privacy").html
    assert [name for name in sorted(cookies) if name not in shown] == []


def test_the_operators_file_stands_first_and_is_read_anew(own):
    own.write_text("# Ours\n\nAsk {{contact}} of {{ site_name }}, {{unknown}}.\n")
    first = terms.text("terms")
    assert "<h1>Ours</h1>" in first.html
    assert "Ask the people who run this site of SciFlask, {{unknown}}." in first.html
    assert re.fullmatch(r"[0-9a-f]{12}", first.version)
    own.write_text("# Ours, changed\n")
    os.utime(own, ns=(1, 1))
    assert terms.current_version() != first.version
    own.write_text("version: May 2027 \n\nText\n")
    assert terms.text("terms") == terms.Text("May 2027", "<p>Text</p>\n")
    own.unlink()
    assert terms.text("terms").html != "<p>Text</p>\n"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "[x](javascript:alert(1))",
        "![x](https://evil.example/p.png)",
        "<style>*{}</style>",
    ],
)
def test_nothing_in_a_text_runs_or_loads(own, source):
    own.write_text(source)
    assert not re.search(r"<(script|img|style)|href=\"javascript", terms.text("terms").html)


def test_a_setting_cannot_become_a_mark(own, monkeypatch):
    monkeypatch.setenv("SCIFLASK_SITE_NAME", "<b>*A*</b> [x](http://y)")
    settings.cache_clear()
    own.write_text("{{site_name}}")
    assert terms.text("terms").html == "<p>&lt;b&gt;*A*&lt;/b&gt; [x](http://y)</p>\n"


def _accepted(owner_id: str) -> str:
    with reading() as session:
        return session.exec(select(Account.terms_version).where(Account.owner_id == owner_id)).one()


@pytest.mark.usefixtures("database")
def test_a_new_version_is_asked_about_until_it_is_accepted():
    who = service.create_account("ada@example.org", "correct horse battery", accepted_terms=True)
    assert consent.due(who.owner_id) == ""
    settings().site_dir.mkdir()
    (settings().site_dir / "terms.md").write_text("Version: 2\n\nNew.\n")
    assert consent.due(who.owner_id) == "2"
    with pytest.raises(Refused, match="changed"):
        consent.accept(who.owner_id, "1")
    assert _accepted(who.owner_id) != "2"
    for _ in range(2):
        consent.accept(who.owner_id, "2")
    assert (consent.due(who.owner_id), _accepted(who.owner_id)) == ("", "2")
    with reading() as session:
        tags = session.exec(select(AuditEvent.tag).where(AuditEvent.subject_id == who.owner_id)).all()
    assert tags.count("account:terms:accept") == 1
    assert consent.due("nobody") == "", "guests have no account and are asked nothing"


@pytest.mark.anyio
@pytest.mark.usefixtures("sqlite", "keys")
async def test_the_page_shows_it(desk, vars_of):
    async with desk() as it:
        shown = vars_of(await it.tab(path="/terms").send(TextState.load_terms))
    assert shown["version"] == terms.current_version()
    assert "<h2>" in shown["html"]
