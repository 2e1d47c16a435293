"""Who may make an account: everybody, nobody, or people at academic institutions."""

from sciflask_reflex.errors import Invalid, Refused
from sciflask_reflex.identity.academic import institution_of, suffixes
from sciflask_reflex.identity.addresses import domain_of
from sciflask_reflex.settings import settings

DISPOSABLE = "This is a throw-away address. Use one that still reaches you next year."


def is_disposable(domain: str) -> bool:
    """Whether a domain, or one above it, hands out addresses that are thrown away."""
    from disposable_email_domains import blocklist  # some 10,000 domains, needed where everybody may register

    return not blocklist.isdisjoint(suffixes(domain))


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
    if fault := find_fault(email):
        raise Invalid(fault, {"email": fault})


def find_fault(email: str) -> str | None:
    """Return the sentence that says why this (canonical) address may not have an account here, or None. Asks for no account."""
    if settings().registration == "academic":
        return None if institution_of(email) else _unknown(domain_of(email))
    return DISPOSABLE if is_disposable(domain_of(email)) else None


def _unknown(domain: str) -> str:
    whom = settings().contact or "the people who run this site"
    return (
        f"We do not know {domain[:80]} as a university or research institute. Use the address that yours gave you. "
        f"If it is missing here, write to {whom}: it takes them a minute to add it."
    )
