"""What browsers fetch of the operator's: always something, and nothing that runs."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sciflask_reflex.http.imprint import ROUTES
from sciflask_reflex.imprint import MARK
from sciflask_reflex.settings import ROOT, settings

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}"/>'


@pytest.fixture
def client(data_dir) -> TestClient:
    return TestClient(Starlette(routes=ROUTES))


@pytest.fixture
def ours(data_dir) -> None:
    folder = settings().site_dir
    folder.mkdir()
    (folder / "site.toml").write_text('[colours]\naccent="#7a1f5c"\n[logo]\nlight="a.svg"\ndark="b.svg"\nicon="c.svg"')
    for size, name in enumerate("abc", 1):
        (folder / f"{name}.svg").write_text(LOGO.format(size))
    settings.cache_clear()


def test_without_a_folder_the_shipped_ones_are_given(client):
    assert client.get("/site/colours.css").text == ""
    assert client.get("/site/logo").content == client.get("/site/logo-dark").content == MARK.content
    assert client.get("/favicon.ico").content == (ROOT / "assets" / "favicon.ico").read_bytes()


def test_the_operators_are_given(client, ours):
    assert "--accent-9: #7a1f5c" in client.get("/site/colours.css").text
    answers = [client.get(path) for path in ("/site/logo", "/site/logo-dark", "/favicon.ico")]
    assert [answer.text for answer in answers] == [LOGO.format(size) for size in (1, 2, 3)]
    for answer in answers:
        assert answer.headers["content-type"] == "image/svg+xml"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_what_a_browser_has_is_not_sent_again(client, ours):
    first = client.get("/site/logo")
    again = client.get("/site/logo", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/site/logo-dark", headers={"if-none-match": first.headers["etag"]}).status_code == 200
