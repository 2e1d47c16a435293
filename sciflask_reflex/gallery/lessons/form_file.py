"""What can be said of a file without keeping it: its name, its size, and the digest that tells it from every other."""

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

from starlette.formparsers import MultiPartException

from sciflask_reflex.errors import Invalid, TooLarge
from sciflask_reflex.shell.numbers import shown_bytes
from sciflask_reflex.studies.names import file_label

MOST_BYTES = 256_000
LARGE = "The file is larger than 256 kB, which is the limit of this lesson. Choose a smaller one."
TORN = "The file did not arrive whole. Choose it again."


async def facts_of(chunks: AsyncIterator[Any]) -> dict[str, str]:
    """Return name, size and SHA-256 of a file, read piece by piece as it arrives; no piece is kept.

    Raises:
        TooLarge: As soon as more has arrived than is allowed, or if the browser sent nothing for that reason.
        Invalid: If not all of it arrives.
    """
    name, size, digest = "", 0, sha256()
    try:
        async for chunk in chunks:
            name, size = name or file_label(chunk.filename), size + len(chunk.data)
            if size > MOST_BYTES:
                raise TooLarge(LARGE)
            digest.update(chunk.data)
    except (MultiPartException, RuntimeError, ValueError, OSError):
        raise Invalid(TORN) from None
    if not name:
        raise TooLarge(LARGE)  # the browser calls even though it held the file back
    return {"name": name, "size": shown_bytes(size), "sha256": digest.hexdigest()}
