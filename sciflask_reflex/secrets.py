"""The one secret of an instance, and the keys that follow from it. It lives in a file that only its owner may read."""

import os
import secrets
import stat
from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import TYPE_CHECKING

from sciflask_reflex.errors import Unavailable
from sciflask_reflex.settings import settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

SIZE = 32


def master_file() -> Path:
    """Return where the master key is kept."""
    return settings().data_dir / "secrets" / "master.key"


def ensure() -> Path:
    """Make the master key unless there is one. An existing key is never replaced: sessions and links depend on it."""
    path = master_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _write_new(path, secrets.token_bytes(SIZE))
    master()
    return path


def master() -> bytes:
    """Return the master key; refuses a file that others can read, that is a link, or that has the wrong size."""
    path = master_file()
    fault = find_fault(path)
    if fault:
        raise Unavailable(fault)
    return path.read_bytes()


def find_fault(path: Path) -> str | None:
    """Return the sentence that says what is wrong with the key file, or None."""
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return f"The master key {path} is missing. `sciflask up` makes one; to keep sessions and links alive, restore it from a backup."
    if not stat.S_ISREG(facts.st_mode):
        return f"The master key {path} is not an ordinary file. Put the key itself there."
    if facts.st_uid != os.geteuid():
        return f"The master key {path} belongs to another user. Run `chown $(id -un) {path}`, or start as its owner."
    if facts.st_mode & 0o077:
        return f"The master key {path} can be read by others. Run `chmod 600 {path}`."
    if facts.st_size != SIZE:
        return f"The master key {path} holds {facts.st_size} bytes instead of {SIZE}. Restore it from a backup."
    return None


@cache
def subkey(purpose: str) -> bytes:
    """Return 32 bytes for one purpose (HKDF-SHA256, RFC 5869): knowing one subkey tells nothing about another."""
    extracted = digest(b"sciflask-reflex", master(), sha256)
    return digest(extracted, purpose.encode() + b"\x01", sha256)


def seal(purpose: str, text: str) -> str:
    """Return a text encrypted and signed (Fernet), for secrets that must be read again, as those of one-time codes."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """Return what was sealed for this purpose.

    Raises:
        Unavailable: If it was sealed with another master key.
    """
    from cryptography.fernet import InvalidToken

    try:
        return _box(purpose).decrypt(sealed).decode()
    except InvalidToken as cause:
        message = "A stored secret cannot be read with this master key. Restore the key that belongs to this database."
        raise Unavailable(message) from cause


def _box(purpose: str) -> "Fernet":
    from cryptography.fernet import Fernet

    return Fernet(urlsafe_b64encode(subkey(f"seal:{purpose}")))


def _write_new(path: Path, key: bytes) -> None:
    """Write the key so that it is there whole or not at all, even if two processes try at once."""
    draft = path.with_name(f".{os.getpid()}.tmp")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        os.write(handle, key)
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
