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


def fetch(link: Link, address: str, file: Mapping[str, Any], folder: Path) -> Path:
    """Write one of the files below an address so that it is there whole or not at all."""
    name = str(file["name"])
    if Path(name).name != name or name in ("", ".", ".."):
        message = f"The site sent a file name that is none: {name[:64]!r}."
        raise SiteError(message)
    path, digest = folder / name, hashlib.sha256()
    draft = folder / f".{name}.{uuid4().hex[:8]}.part"
    try:
        with link.http.stream("GET", f"{address}/{name}") as answer, draft.open("wb") as handle:
            require_good(answer)
            for chunk in answer.iter_bytes(CHUNK):
                digest.update(chunk)
                handle.write(chunk)
        if digest.hexdigest() != file["sha256"]:
            message = f"{name} arrived damaged: its SHA-256 is not the one that the site promised. Download it again."
            raise SiteError(message)
        draft.replace(path)
    except httpx.HTTPError as fault:
        raise lost(fault) from fault
    finally:
        draft.unlink(missing_ok=True)
    return path
