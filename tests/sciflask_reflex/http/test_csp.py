"""Every page may run the scripts that it was built with, and no others."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest

from sciflask_reflex.http import csp
from sciflask_reflex.http.headers import SecurityHeaders

PAGES = {
    "index.html": "front",
    "404.html": "fallback",
    "profile.html": "profile",
    "profile/index.html": "profile",
    "tools/correlation/index.html": "correlation",
}


async def a_page(scope: Any, receive: Any, send: Any) -> None:
    """Answer every request with something."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of built pages, each with a script of its own and one that all of them hold."""
    for page, word in PAGES.items():
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / page).write_text(f"<script>{word}()</script><script>every()</script><script src='/a.js'></script>", "utf-8")
    monkeypatch.setattr(csp, "built_pages", lambda: tmp_path)
    return tmp_path


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _scripts(ask: Any, path: str) -> set[str]:
    policy = ask(SecurityHeaders(a_page), "GET", path).header("content-security-policy") or ""
    return set(next(part for part in policy.split("; ") if part.startswith("script-src")).split()[1:])


@pytest.mark.usefixtures("sqlite", "built")
@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/", "front"),
        ("/index.html", "front"),
        ("/profile", "profile"),
        ("/profile/", "profile"),
        ("//profile//", "profile"),
        ("/profile.html", "profile"),
        ("/profile/index.html", "profile"),
        ("/tools/correlation", "correlation"),
        ("/tools", "fallback"),
        ("/studies/0123abcd/analyse", "fallback"),
        ("/404.html", "fallback"),
        ("/nowhere/at/all", "fallback"),
    ],
)
def test_a_page_may_run_its_own_scripts_and_no_others(ask: Any, path: str, word: str) -> None:
    assert _scripts(ask, path) == {"'self'", _hash(f"{word}()"), _hash("every()")}


def test_the_hash_is_that_of_the_text_as_it_is_written() -> None:
    # printf "alert(1)" | openssl dgst -sha256 -binary | base64
    assert csp.inline_hashes("<script>alert(1)</script>") == {"'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"}
    assert csp.inline_hashes("<script>alert('ü & <b>')</script>") == {_hash("alert('ü & <b>')")}


@pytest.mark.usefixtures("sqlite")
def test_a_build_is_noticed_and_one_under_way_forbids_nothing_that_was_allowed(
    ask: Any, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (built / "profile/index.html").write_text("<script>built_anew()</script>", "utf-8")
    assert _scripts(ask, "/profile") == {"'self'", _hash("built_anew()")}
    (built / "profile/index.html").unlink()
    (built / "profile/index.html").symlink_to(built / "not_written_yet.html")
    assert _scripts(ask, "/profile") == {"'self'", _hash("built_anew()")}
    monkeypatch.setattr(csp, "built_pages", lambda: built / "never_built")
    assert _scripts(ask, "/profile") == {"'self'"}
