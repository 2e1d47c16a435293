"""Which institution an address belongs to: one rule, for the form, for registration and for a change of address.

What the admins of this instance wrote down comes first, then the settings, then the list that ships with the package. Within each the
longest domain that fits is the one that counts. A domain stands for itself and all its sub-domains, never for anything that merely ends
like it; no top-level domain is academic by itself.
"""

import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import idna
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from sciflask_reflex.db import reading
from sciflask_reflex.identity import institutions
from sciflask_reflex.identity.addresses import MAX_ADDRESS_CHARS
from sciflask_reflex.identity.models import AcademicDomain
from sciflask_reflex.settings import settings

DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Institution:
    """An academic institution, as recognised by an address."""

    name: str
    country: str
    """ISO 3166-1; empty where nobody knows."""
    domain: str
    """The domain it is known by, of which the address may be in a sub-domain."""

    @property
    def country_name(self) -> str:
        """The name of the country; empty where nobody knows."""
        return institutions.country_name(self.country) if self.country else ""


def institution_of(email: str) -> Institution | None:
    """Return the institution that an address belongs to, or None. Never raises, whatever is typed."""
    domains = suffixes(domain_in(email))
    if not domains:
        return None
    row = _written_down(domains)
    if row is not None:
        return _completed(row) if row.allowed else None
    return _by_settings(domains, settings().academic_allow, settings().academic_refuse) or _listed_unless_refused(domains)


def domain_in(email: str) -> str:
    """Return the domain of an address in the form that is compared: NFKC, lower case, ASCII, no dot at its end; empty if it is no address."""
    if len(email) > MAX_ADDRESS_CHARS:
        return ""
    local, at, domain = unicodedata.normalize("NFKC", email).strip(" ").partition("@")
    if not local or not at or not all(letter.isprintable() and letter != " " for letter in local):
        return ""
    return plain_domain(domain)


def plain_domain(domain: str) -> str:
    """Return a domain in the form that is compared, or an empty string if it is none."""
    text = unicodedata.normalize("NFKC", domain[:MAX_ADDRESS_CHARS]).removesuffix(".").lower()
    if not text.isascii():
        try:
            text = idna.encode(text, uts46=True).decode()
        except (idna.IDNAError, UnicodeError):
            return ""
    return text if DOMAIN.fullmatch(text) else ""


def suffixes(domain: str) -> list[str]:
    """Return a domain and the domains above it, longest first, without the top-level domain."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def _written_down(domains: Sequence[str]) -> AcademicDomain | None:
    """Return what the admins wrote down: the row of the longest domain. Without a database there is none, and nobody can register either."""
    try:
        with reading() as session:
            rows = session.exec(select(AcademicDomain).where(col(AcademicDomain.domain).in_(domains))).all()
    except DBAPIError as fault:
        logger.warning("The academic domains of this instance could not be read: %s", fault.orig)
        return None
    return max(rows, key=lambda row: len(row.domain), default=None)


def _completed(row: AcademicDomain) -> Institution:
    """Return the institution of a row; what the row leaves open is looked up in the list."""
    listed = _listed(suffixes(row.domain))
    name = row.institution or (listed.name if listed else row.domain)
    return Institution(name, row.country or (listed.country if listed else ""), row.domain)


def _by_settings(domains: Sequence[str], allow: str, refuse: str) -> Institution | None:
    allowed = _domains(allow)
    for domain in domains:
        if domain in _domains(refuse):
            return None
        if domain in allowed:
            return _listed(suffixes(domain)) or Institution(domain, "", domain)
    return None


def _listed_unless_refused(domains: Sequence[str]) -> Institution | None:
    refused = _domains(settings().academic_refuse)
    if any(domain in refused or (institutions.entry(domain) or ("", ""))[0] == institutions.REFUSED for domain in domains):
        return None
    return _listed(domains)


def _listed(domains: Sequence[str]) -> Institution | None:
    """Return the institution of the longest domain that is on the list."""
    for domain in domains:
        known = institutions.entry(domain)
        if known and known[0] != institutions.REFUSED:
            return Institution(known[1] or domain, known[0], domain)
    return None


@lru_cache(maxsize=8)
def _domains(text: str) -> frozenset[str]:
    """Return the domains of a setting; commas between them."""
    return frozenset(filter(None, (plain_domain(part.strip()) for part in text.split(","))))
