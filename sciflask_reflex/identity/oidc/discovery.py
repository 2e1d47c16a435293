"""What a provider says of itself (OpenID Connect Discovery), and its keys. Asked for once an hour."""

import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sciflask_reflex.identity.oidc.fetching import fetch, require_encrypted, silent
from sciflask_reflex.providers import Provider

KEEP_SECONDS = 3_600
RETRY_SECONDS = 30
"""A key that is not known is looked for again, but a forged token must not make us ask all the time."""
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass
class _Kept:
    said: dict[str, Any]
    at: float = field(default_factory=time.monotonic)

    def fresh(self, seconds: float) -> bool:
        return time.monotonic() - self.at < seconds


_kept: dict[tuple[str, str], _Kept] = {}
_lock = Lock()


def metadata_of(provider: Provider) -> dict[str, Any]:
    """Return what the provider says of itself; raises Unavailable if it speaks for another issuer, or leaves out what we need."""

    def ask() -> dict[str, Any]:
        said = fetch(provider, "GET", f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != provider.issuer or not all(isinstance(said.get(name), str) for name in ADDRESSES):
            raise silent(provider)
        for name in ADDRESSES:
            require_encrypted(provider, said[name])
        return said

    return _remembered("metadata", provider, ask, KEEP_SECONDS)


def keys_of(provider: Provider, *, again: bool = False) -> KeySet:
    """Return the keys that the provider signs with; ``again`` looks whether there are new ones."""
    address = metadata_of(provider)["jwks_uri"]
    said = _remembered("keys", provider, lambda: fetch(provider, "GET", address), RETRY_SECONDS if again else KEEP_SECONDS)
    try:
        return KeySet.import_key_set(said)  # pyright: ignore[reportArgumentType]
    except (JoseError, ValueError, KeyError, TypeError) as cause:
        raise silent(provider) from cause


def forget() -> None:
    """Ask anew next time."""
    with _lock:
        _kept.clear()


def _remembered(what: str, provider: Provider, ask: Any, seconds: float) -> dict[str, Any]:
    key = (what, provider.issuer)
    with _lock:
        kept = _kept.get(key)
    if kept and kept.fresh(seconds):
        return kept.said
    said = ask()
    with _lock:
        _kept[key] = _Kept(said)
    return said
