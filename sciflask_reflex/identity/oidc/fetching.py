"""Asking a provider's server: with a limit on time and size, following nothing, and only where the settings say."""

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from sciflask_reflex.errors import Unavailable
from sciflask_reflex.providers import Provider, is_loopback

SECONDS = 10.0
MAX_BYTES = 512 * 1024

logger = logging.getLogger(__name__)


def silent(provider: Provider) -> Unavailable:
    """Return what a person is told when a provider does not answer as it should."""
    return Unavailable(f"{provider.title} does not answer as it should. Try again in a few minutes, or sign in another way.")


def fetch(
    provider: Provider,
    method: str,
    address: str,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """Return the JSON object that an address of the provider answers with.

    Raises:
        Unavailable: If it does not answer 200 within ten seconds with an object of reasonable size. Why is logged, without secrets.
    """
    require_encrypted(provider, address)
    try:
        status, body = _ask(provider, method, address, form, headers, auth)
    except httpx.HTTPError as cause:
        logger.warning("%s: %s %s failed: %s", provider.slug, method, _place(address), type(cause).__name__)
        raise silent(provider) from cause
    if status != httpx.codes.OK:
        logger.warning("%s: %s %s answered %s (%s)", provider.slug, method, _place(address), status, _error_in(body))
        raise silent(provider)
    answer = _object(body)
    if answer is None:
        logger.warning("%s: %s %s answered something that is no JSON object", provider.slug, method, _place(address))
        raise silent(provider)
    return answer


def require_encrypted(provider: Provider, address: str) -> None:
    """Raise Unavailable for an address that is not at least as safe as the issuer's."""
    parts = urlsplit(address)
    plain_allowed = (
        urlsplit(provider.issuer).scheme == "http" and parts.scheme == "http" and is_loopback(provider.issuer) <= is_loopback(address)
    )
    if not parts.hostname or parts.username or not (parts.scheme == "https" or plain_allowed):
        logger.warning("%s names an address that is not encrypted: %s", provider.slug, _place(address))
        raise silent(provider)


def _ask(
    provider: Provider,
    method: str,
    address: str,
    form: Mapping[str, str] | None,
    headers: Mapping[str, str] | None,
    auth: tuple[str, str] | None,
) -> tuple[int, bytes]:
    # A provider on this machine is not behind whatever proxy the environment names.
    with (
        httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=not is_loopback(provider.issuer)) as client,
        client.stream(
            method, address, data=dict(form) if form else None, headers={"accept": "application/json", **(headers or {})}, auth=auth
        ) as answer,
    ):
        body = b""
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > MAX_BYTES:
                message = "too large"
                raise httpx.ReadError(message)
        return answer.status_code, body


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _error_in(body: bytes) -> str:
    error = (_object(body) or {}).get("error", "")
    return error[:64] if isinstance(error, str) and error.isprintable() else ""


def _place(address: str) -> str:
    """Return an address without anything that could be a secret."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"[:200]
