"""A page answers at its own address, without a detour."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sciflask_reflex.http import clean_paths


@pytest.fixture
def _built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for page in ("profile", "tools/correlation"):
        (tmp_path / page).mkdir(parents=True)
        (tmp_path / page / "index.html").touch()
    (tmp_path / "index.html").touch()
    monkeypatch.setattr(clean_paths, "built_pages", lambda: tmp_path)
    clean_paths._pages.cache_clear()
    yield
    clean_paths._pages.cache_clear()


def _served(asked: str) -> str:
    def echo(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.url.path)

    async def ask() -> str:
        transport = httpx.ASGITransport(clean_paths.CleanPaths(Starlette(routes=[Route("/{path:path}", echo)])))
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
            return (await client.get(asked)).text

    return asyncio.run(ask())


@pytest.mark.usefixtures("_built")
@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("/profile", "/profile/"),
        ("/tools/correlation", "/tools/correlation/"),
        ("/profile/", "/profile/"),
        ("/nowhere", "/nowhere"),
        ("/", "/"),
    ],
)
def test_pages_are_served_in_place_and_all_else_as_asked(asked: str, served: str) -> None:
    assert _served(asked) == served
