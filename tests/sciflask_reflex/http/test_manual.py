"""The manual is served where it was built, and says what to do where it was not."""

import base64
import hashlib

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sciflask_reflex.http import manual

SCRIPT = "document.body.dataset.theme = 'auto'"


@pytest.fixture
def client(tmp_path, monkeypatch) -> TestClient:
    monkeypatch.setattr(manual, "BUILT", tmp_path / "docs")
    manual._policy.cache_clear()
    return TestClient(Starlette(routes=manual.ROUTES))


@pytest.fixture
def built(tmp_path) -> None:
    (tmp_path / "docs" / "_static").mkdir(parents=True)
    (tmp_path / "docs" / "index.html").write_text(f"<script>{SCRIPT}</script>")
    (tmp_path / "docs" / "_static" / "a.css").write_text("a{}")
    (tmp_path / "secret.txt").write_text("secret")


def test_it_is_served_with_its_own_scripts_and_no_others(client, built):
    answer = client.get("/manual", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/manual/")
    page = client.get("/manual/")
    assert page.text == f"<script>{SCRIPT}</script>"
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in page.headers["content-security-policy"]
    assert client.get("/manual/_static/a.css").headers["content-type"].startswith("text/css")


def test_nothing_beside_it_is_served(client, built):
    for path in ("../secret.txt", "%2e%2e/secret.txt", "_static", "nowhere.html"):
        answer = client.get(f"/manual/{path}")
        assert answer.status_code == 404, path
        assert "secret" not in answer.text.replace("secret.txt", "")


def test_where_it_was_not_built_it_says_so(client):
    answer = client.get("/manual/")
    assert answer.status_code == 404
    assert "make docs" in answer.text
    assert not manual.is_built()
