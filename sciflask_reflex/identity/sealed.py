"""What a browser keeps for us between two steps: encrypted and signed, for one purpose, for a while, and where it matters once."""

import json
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy.exc import IntegrityError

from sciflask_reflex.db import writing
from sciflask_reflex.errors import Unavailable
from sciflask_reflex.identity.cookies import new_token
from sciflask_reflex.identity.models import RateLimit
from sciflask_reflex.secrets import seal, unseal

MOST_CHARS = 3_800
"""Browsers drop a cookie of more than 4,096 bytes."""


def close(purpose: str, content: Mapping[str, Any]) -> str:
    """Return the content as a text that only ``reopen`` for the same purpose can read."""
    return seal(purpose, json.dumps({"content": dict(content), "id": new_token(), "at": int(time.time())}, separators=(",", ":")))


def reopen(purpose: str, text: str, *, seconds: int) -> dict[str, Any] | None:
    """Return what was closed, or None if it is not ours, for something else, or older than that many seconds."""
    whole = _read(purpose, text)
    return whole["content"] if whole and time.time() - whole["at"] <= seconds else None


def spend(purpose: str, text: str) -> bool:
    """Use a closed text up. Return False if that has been done before; of two at once, one gets True."""
    whole = _read(purpose, text)
    if whole is None:
        return False
    key = f"{purpose}:{sha256(whole['id'].encode()).hexdigest()[:32]}"
    try:
        with writing() as session:
            session.add(RateLimit(key=key, window=whole["at"], count=1))
    except IntegrityError:
        return False
    return True


def _read(purpose: str, text: str) -> dict[str, Any] | None:
    if not 0 < len(text) <= MOST_CHARS or not text.isascii():
        return None
    try:
        return json.loads(unseal(purpose, text))
    except Unavailable:
        return None
