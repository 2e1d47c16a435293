"""Files of a result, checked as they arrive."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from sciflask_client.errors import SiteError
from sciflask_client.link import Link, lost, require_good

CHUNK = 1024 * 1024
ROWS = "x-sciflask-rows"
"""Says how many rows come, where a table is made while it is sent."""


def fetch(link: Link, address: str, file: Mapping[str, Any], folder: Path, wish: Mapping[str, Any] | None = None) -> Path:
    """Write one of the files below an address so that it is there whole or not at all.

    One that is made while it is sent has no digest, but the site says how many rows come.
    """
    name = str(file["name"])
    if Path(name).name != name or name in ("", ".", ".."):
        message = f"The site sent a file name that is none: {name[:64]!r}."
        raise SiteError(message)
    path, digest, lines = folder / name, hashlib.sha256(), 0
    draft = folder / f".{name}.{uuid4().hex[:8]}.part"
    try:
        with link.http.stream("GET", f"{address}/{name}", params=dict(wish or {})) as answer, draft.open("wb") as handle:
            require_good(answer)
            require_narrowed(answer, name, wish)
            for chunk in answer.iter_bytes(CHUNK):
                digest.update(chunk)
                lines += chunk.count(b"\n")
                handle.write(chunk)
        if fault := _fault(answer, digest.hexdigest(), lines, file["sha256"]):
            message = f"{name} arrived {fault}. Download it again."
            raise SiteError(message)
        draft.replace(path)
    except httpx.HTTPError as fault:
        raise lost(fault) from fault
    finally:
        draft.unlink(missing_ok=True)
    return path


def require_narrowed(answer: httpx.Response, name: str, wish: Mapping[str, Any] | None) -> None:
    """Raise SiteError if filters were sent and the site has taken no notice: everything must not pass for what they leave."""
    if wish and ROWS not in answer.headers:
        message = f"{name} has no filters."
        raise SiteError(message)


def _fault(answer: httpx.Response, digest: str, lines: int, promised: str | None) -> str:
    """Return what is wrong with what arrived; a text may hold further line ends, so that there may be more of them than rows."""
    if ROWS in answer.headers:
        rows = int(answer.headers[ROWS])
        return f"cut short: with {max(0, lines - 1):,} of {rows:,} rows" if lines <= rows else ""
    return "" if digest == promised else "damaged: its SHA-256 is not the one that the site promised"
