"""Files behind a private link, and the link itself."""

from typing import Any

import pytest

from sciflask_reflex import links
from sciflask_reflex.models import Analysis
from sciflask_reflex.shares import service
from tests.sciflask_reflex.api.conftest import RESULTS


@pytest.fixture
def link(done: Analysis) -> service.ShareRow:
    return service.create(done.id, owner_id=done.owner_id)


def test_anybody_with_the_link_downloads(ask: Any, done: Analysis, link: service.ShareRow) -> None:
    token = links.token_of(link.id)
    got = ask("GET", f"/r/{token}/files/pairs.csv")
    assert (got.status_code, got.content) == (200, RESULTS["pairs.csv"])
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["cache-control"] == "private, no-store"
    assert "sandbox" in got.headers["content-security-policy"]
    bundle = ask("GET", f"/r/{token}/bundle.zip")
    assert (bundle.status_code, bundle.headers["content-type"]) == (200, "application/zip")
    assert ask("GET", f"/r/{token}/files/other.csv").status_code == 404


def test_a_link_that_is_no_good_gives_one_answer(ask: Any, done: Analysis, link: service.ShareRow) -> None:
    token = links.token_of(link.id)
    service.revoke(link.id, owner_id=done.owner_id)
    answers = [ask("GET", f"/r/{each}/{file}") for each in (token, "x", "0" * 43) for file in ("files/pairs.csv", "bundle.zip")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_only_the_owner_is_told_the_address(ask: Any, ada: Any, bob: Any, link: service.ShareRow) -> None:
    path = f"/api/v1/shares/{link.id}/link"
    assert ask("GET", path, ada.cookie).json() == {"address": links.address_of("/r/", link.id)}
    assert ask("GET", path, bob.cookie).status_code == 404
    assert ask("GET", path).status_code == 401


def test_me_says_limits_and_use(ask: Any, ada: Any, done: Analysis) -> None:
    me = ask("GET", "/api/v1/me", ada.read).json()
    assert me["usage"]["analyses"] == 1
    assert me["limits"]["max_studies"] == 50
    assert me["limits"]["max_studies_total"] is None
