"""The way to a provider and back (authorization code with PKCE): what we send along, and what must come back with the person."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError

from sciflask_reflex import routes
from sciflask_reflex.errors import NotFound, Refused
from sciflask_reflex.identity import sealed
from sciflask_reflex.identity.addresses import person_name
from sciflask_reflex.identity.cookies import new_token, set_cookie
from sciflask_reflex.identity.oidc import discovery
from sciflask_reflex.identity.oidc.fetching import fetch
from sciflask_reflex.providers import Provider
from sciflask_reflex.settings import settings

COOKIE = "sciflask_oidc"
PURPOSE = "oidc-state"
SECONDS = 900
LEEWAY_SECONDS = 60
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key of the provider's own. Never one that our shared secret could make, and never none."""
STALE = "That took too long, or the way back was used twice. Begin again."
CANCELLED = "You did not sign in at {title}. Nothing has changed."
FAILED = "{title} refused: it says '{error}'. Try again, or sign in another way."
NOT_BELIEVED = (
    "What {title} sent could not be verified, so nobody was signed in. Try again; if it keeps failing, tell the people who run this site."
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Identity:
    """Who somebody is at a provider, as its signed answer says."""

    provider: str
    subject: str
    label: str
    """What the person knows it by: an ORCID iD, an address."""
    email: str = ""
    email_verified: bool = False
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, and the cookie that knows it when it comes back."""

    address: str
    cookie: str


@dataclass(frozen=True)
class Back:
    """Somebody who came back: who they are, where they were heading, and, when it is about linking, for whose account."""

    identity: Identity
    next: str
    link_owner: str


def provider_of(slug: str) -> Provider:
    """Return the provider of that name; raises NotFound."""
    found = next((each for each in settings().oidc if each.slug == slug), None)
    if found is None:
        thing = "way to sign in"
        raise NotFound(thing)
    return found


def callback_of(provider: Provider) -> str:
    """Return the address that the provider sends people back to. It must be registered there, letter for letter."""
    return f"{settings().public_url}{routes.AUTH_OIDC}/{provider.slug}/callback"


def begin(provider: Provider, *, next_path: str = "", link_owner: str = "") -> Begun:
    """Return the way to the provider; raises Unavailable if it does not answer."""
    where = discovery.metadata_of(provider)["authorization_endpoint"]
    state, nonce, verifier = new_token(), new_token(), new_token() + new_token()
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": callback_of(provider),
        "scope": provider.scopes,
        "state": state,
        "nonce": nonce,
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    }
    kept = {"slug": provider.slug, "state": state, "nonce": nonce, "verifier": verifier, "next": next_path, "link": link_owner}
    joined = "&" if "?" in where else "?"
    return Begun(f"{where}{joined}{urlencode(query)}", set_cookie(COOKIE, sealed.close(PURPOSE, kept), SECONDS))


def come_back(provider: Provider, query: Mapping[str, str], cookie: str) -> Back:
    """Return who came back. The cookie is used up, whatever happens.

    Raises:
        Refused: If this browser did not begin it, it was used before, the person or the provider said no, or the answer is not right.
        Unavailable: If the provider does not answer.
    """
    kept = sealed.reopen(PURPOSE, cookie, seconds=SECONDS)
    if kept is None or kept["slug"] != provider.slug or not _equal(query.get("state", ""), kept["state"]):
        raise Refused(STALE)
    if not sealed.spend(PURPOSE, cookie):
        raise Refused(STALE)
    if "iss" in query and query["iss"] != provider.issuer:  # RFC 9207: another provider's answer
        raise _not_believed(provider, "the answer names another issuer")
    if "error" in query or not query.get("code"):
        raise _said_no(provider, query.get("error", ""))
    tokens = _exchange(provider, query["code"], kept["verifier"])
    claims = _verified(provider, tokens, kept["nonce"])
    return Back(_identity(provider, claims, tokens), kept["next"], kept["link"])


def clear_cookie() -> str:
    """Return the Set-Cookie header that ends the way."""
    return set_cookie(COOKIE, "", 0)


def _exchange(provider: Provider, code: str, verifier: str) -> dict[str, Any]:
    """Return the tokens for a code."""
    said = discovery.metadata_of(provider)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback_of(provider), "code_verifier": verifier}
    secret = provider.client_secret.get_secret_value()
    ways = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if secret and "client_secret_basic" in ways:
        return fetch(provider, "POST", said["token_endpoint"], form=form, auth=(_quoted(provider.client_id), _quoted(secret)))
    return fetch(
        provider,
        "POST",
        said["token_endpoint"],
        form=form | {"client_id": provider.client_id} | ({"client_secret": secret} if secret else {}),
    )


def _verified(provider: Provider, tokens: Mapping[str, Any], nonce: str) -> CodeIDToken:
    """Return the claims of the identity token, after signature, issuer, audience, time and nonce have been checked."""
    text = tokens.get("id_token")
    if not isinstance(text, str):
        raise _not_believed(provider, "there is no identity token")
    try:
        token = _decoded(provider, text)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={"iss": {"essential": True, "value": provider.issuer}, "aud": {"essential": True, "value": provider.client_id}},
            params={"nonce": nonce, "client_id": provider.client_id, "access_token": tokens.get("access_token")},
        )
        claims.validate(leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError, KeyError) as cause:
        raise _not_believed(provider, f"{type(cause).__name__}: {cause}") from cause
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise _not_believed(provider, "the subject is missing")
    return claims


def _decoded(provider: Provider, text: str) -> jwt.Token:
    """Check the signature; a provider that has changed its keys meanwhile is asked for them again, once."""
    try:
        return jwt.decode(text, discovery.keys_of(provider), algorithms=ALGORITHMS)
    except (JoseError, ValueError):
        return jwt.decode(text, discovery.keys_of(provider, again=True), algorithms=ALGORITHMS)


def _identity(provider: Provider, claims: CodeIDToken, tokens: Mapping[str, Any]) -> Identity:
    known = dict(claims)
    where = discovery.metadata_of(provider).get("userinfo_endpoint")
    if provider.gives_email and "email" not in known and where and tokens.get("access_token"):
        more = fetch(provider, "GET", where, headers={"authorization": f"Bearer {tokens['access_token']}"})
        if more.get("sub") != known["sub"]:
            raise _not_believed(provider, "the user info is about somebody else")
        known |= more
    email = _text(known, "email", 254) if provider.gives_email else ""
    return Identity(
        provider=provider.slug,
        subject=known["sub"],
        label=email or known["sub"],
        email=email,
        email_verified=known.get("email_verified") in (True, "true"),
        first_name=person_name(_text(known, "given_name", 100)),
        last_name=person_name(_text(known, "family_name", 100)),
    )


def _text(claims: Mapping[str, Any], name: str, most: int) -> str:
    value = claims.get(name)
    return value[:most] if isinstance(value, str) else ""


def _said_no(provider: Provider, error: str) -> Refused:
    if error in ("access_denied", "interaction_required", "login_required", "consent_required"):
        return Refused(CANCELLED.format(title=provider.title))
    shown = error[:40] if error.isascii() and error.replace("_", "").isalnum() else "no reason"
    return Refused(FAILED.format(title=provider.title, error=shown))


def _not_believed(provider: Provider, why: str) -> Refused:
    logger.warning("%s: an answer was not believed: %s", provider.slug, why[:200])
    return Refused(NOT_BELIEVED.format(title=provider.title))


def _equal(given: str, kept: str) -> bool:
    return given.isascii() and compare_digest(given, kept)


def _quoted(text: str) -> str:
    """Return a client's name or secret as it goes into the header of basic authentication (RFC 6749, 2.3.1)."""
    return urlencode({"": text})[1:]
