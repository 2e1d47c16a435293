"""Who may make an account: everybody, nobody, or people at universities."""

from sciflask_reflex.errors import Invalid, Refused
from sciflask_reflex.identity.addresses import domain_of
from sciflask_reflex.settings import settings

ACADEMIC_LABELS = frozenset({"ac", "edu"})
ACADEMIC_DOMAINS = frozenset(
    {
        "cern.ch",
        "cnrs.fr",
        "csic.es",
        "embl.de",
        "embl.org",
        "epfl.ch",
        "ethz.ch",
        "inria.fr",
        "inserm.fr",
        "mpg.de",
        "nih.gov",
        "nist.gov",
        "uzh.ch",
    }
)
"""Institutions whose address does not show that they are academic. A few; the full list is work that is still to come."""


def is_academic(domain: str) -> bool:
    """Whether a domain is .edu, .ac.<country>, .edu.<country>, or belongs to a listed institution."""
    labels = domain.lower().split(".")
    if len(labels) >= 2 and labels[-1] == "edu":
        return True
    if len(labels) >= 3 and len(labels[-1]) == 2 and labels[-2] in ACADEMIC_LABELS:
        return True
    return any(".".join(labels[start:]) in ACADEMIC_DOMAINS for start in range(len(labels)))


def require_open() -> None:
    """Raise Refused where nobody may make an account."""
    if settings().registration == "closed":
        message = "New accounts are closed on this site. Ask the people who run it for one."
        raise Refused(message)


def require_welcome(email: str) -> None:
    """Raise Invalid where this (canonical) address may not have an account."""
    require_open()
    require_eligible(email)


def require_eligible(email: str) -> None:
    """Raise Invalid where this (canonical) address is none that accounts may have here, also where no new ones are made."""
    if settings().registration == "academic" and not is_academic(domain_of(email)):
        message = "Use your address at a university or research institute, such as name@university.edu."
        raise Invalid(message, {"email": message})
