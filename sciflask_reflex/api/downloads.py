"""Files on their way out: always an attachment, never run on our origin, resumable, and private."""

import re
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from sciflask_reflex.api.problems import problem

MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".md": "text/plain; charset=utf-8",
    ".pdb": "chemical/x-pdb",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tsv": "text/tab-separated-values; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".zip": "application/zip",
}
HEADERS = {
    "cache-control": "private, no-store",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
IN_PARTS = frozenset({".tiles"})
"""What a page reads in many small parts, as somebody moves about in it."""
KEPT = {"cache-control": "private, max-age=3600, immutable", "vary": "Cookie, Authorization"}
"""A finished result never changes: the browser of this very visitor may keep the parts while they look around."""
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class _OneRange(FileResponse):
    """Answers one range or the whole, never many."""

    max_ranges = 1


def media_type(name: str) -> str:
    """Return the type for a file's name, from a fixed list."""
    return MEDIA_TYPES.get(Path(name).suffix.lower(), "application/octet-stream")


def attachment(name: str) -> str:
    """Return the header that makes a browser save a file under its name (RFC 6266)."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


def satisfiable(wanted: str, size: int) -> bool:
    """Whether one range of bytes was asked for and the file has it."""
    match = RANGE.fullmatch(wanted.replace(" ", "").lower())
    if match is None or len(wanted) > 100:
        return False
    first, last = match.groups()
    if not first:
        return bool(last) and int(last) > 0 and size > 0
    return int(first) < size and (not last or int(last) >= int(first))


def sent(request: Request, path: Path, name: str, sha256: str | None = None) -> Response:
    """Return a file as a download; one range of it if that is what was asked for.

    A range that the file does not have gets 416; several ranges at once get the whole file.
    """
    facts = path.stat()
    wanted = request.headers.get("range")
    if wanted is not None and "," not in wanted and not satisfiable(wanted, facts.st_size):
        return problem(416, "Ask for one range of bytes, as in 'bytes=0-999'.", {"content-range": f"bytes */{facts.st_size}"})
    headers = HEADERS | {"content-disposition": attachment(name)}
    if sha256:
        headers["etag"] = f'"{sha256}"'
        headers |= KEPT if Path(name).suffix in IN_PARTS else {}
    return _OneRange(path, headers=headers, media_type=media_type(name), stat_result=facts)
