"""A file of tiles is read in hundreds of small parts: all of them come, one look is written down once, and only who may read it does."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlmodel import col, select

from pipeline.toolkit.tiles import Axis, TileFile, Tiles, write_tiles
from sciflask_reflex import links, storage
from sciflask_reflex.db import reading, writing
from sciflask_reflex.identity import acts
from sciflask_reflex.models import Analysis, AuditEvent
from sciflask_reflex.shares import service

NAME = "heatmap.tiles"


@pytest.fixture
def tiled(done: Analysis) -> Path:
    """Add a map of 1,000 × 1,000 cells to Ada's result, and return its file."""
    random = np.random.default_rng(3)
    axis = Axis("genes", [f"gene {number}" for number in range(1_000)])
    cells = (random.integers(0, 1_000, 90_000), random.integers(0, 1_000, 90_000), random.uniform(-1, 1, 90_000))
    path = storage.result_file(done.id, 1, NAME)
    write_tiles(Tiles(axis, axis, lambda: iter([cells])), path)
    data = path.read_bytes()
    entry = {"name": NAME, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "media_type": "x/y", "title": "Map"}
    with writing() as session:
        row = session.get_one(Analysis, done.id)
        row.manifest = (row.manifest or {}) | {"files": [*(row.manifest or {})["files"], entry]}
    return path


def _looks() -> list[str]:
    acts.settle()
    with reading() as session:
        return [event.thing for event in session.exec(select(AuditEvent).where(col(AuditEvent.tag) == "file:download")).all()]


@pytest.mark.parametrize("door", ["cookie", "token", "link"])
def test_hundreds_of_parts_are_one_look(ask: Any, ada: Any, done: Analysis, tiled: Path, door: str) -> None:
    shared = f"/r/{links.token_of(service.create(done.id, owner_id=done.owner_id).id)}/files/{NAME}" if door == "link" else ""
    address = shared or f"/api/v1/analyses/{done.id}/files/{NAME}"
    headers = {"cookie": ada.cookie, "token": ada.read, "link": {}}[door]
    before, whole, size = len(_looks()), tiled.read_bytes(), 1_000
    starts = range(0, min(len(whole), 300 * size), size)
    answers = [ask("GET", address, headers | {"range": f"bytes={start}-{start + size - 1}"}) for start in starts]
    assert {answer.status_code for answer in answers} == {206}
    assert b"".join(answer.content for answer in answers) == whole[: starts[-1] + size]
    assert _looks()[before:] == [f"analysis:{done.id}"]


def test_the_head_alone_says_where_everything_is(ask: Any, ada: Any, done: Analysis, tiled: Path) -> None:
    address = f"/api/v1/analyses/{done.id}/files/{NAME}"
    first = ask("GET", address, ada.read | {"range": "bytes=0-65535"})
    assert first.content[:8] == b"SFTILES1"
    at = int.from_bytes(first.content[8:16], "little")
    index = ask("GET", address, ada.read | {"range": f"bytes={at}-{at + 12 * TileFile(tiled).head['tiles'] - 1}"})
    assert first.headers["content-range"].endswith(f"/{at + len(index.content)}")


def test_parts_are_kept_by_the_same_visitor_only(ask: Any, ada: Any, bob: Any, done: Analysis, tiled: Path) -> None:
    address = f"/api/v1/analyses/{done.id}/files/{NAME}"
    answer = ask("GET", address, ada.cookie | {"range": "bytes=0-99"})
    assert answer.headers["cache-control"] == "private, max-age=3600, immutable"
    assert {"cookie", "authorization"} <= {name.strip().lower() for name in answer.headers["vary"].split(",")}
    etag = answer.headers["etag"]
    assert etag == f'"{hashlib.sha256(tiled.read_bytes()).hexdigest()}"'
    assert ask("GET", address, ada.cookie | {"range": "bytes=5-9", "if-range": etag}).status_code == 206
    assert ask("GET", address, ada.cookie | {"range": "bytes=5-9", "if-range": '"another"'}).status_code == 200
    assert ask("GET", address, bob.cookie | {"range": "bytes=0-99"}).status_code == 404
    assert ask("GET", address, {"range": "bytes=0-99"}).status_code == 401
