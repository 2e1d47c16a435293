"""E-mail addresses and names of people, as typed and as kept."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from sciflask_reflex.errors import Invalid

MAX_ADDRESS_CHARS = 254
MAX_NAME_CHARS = 100
NOT_AN_ADDRESS = "This is not an e-mail address. It should look like name@university.edu."


def canonical(address: str) -> str:
    """Return the one form of an address that we keep and compare; raises Invalid where it is none. Asks no name server."""
    text = unicodedata.normalize("NFKC", address).strip(" ").removesuffix(".")
    if len(text) > MAX_ADDRESS_CHARS or any(unicodedata.category(letter).startswith("C") for letter in text):
        raise Invalid(NOT_AN_ADDRESS, {"email": NOT_AN_ADDRESS})
    try:
        # Addresses under .test pass, so that a site can be tried out without writing to anybody.
        parts = validate_email(text, check_deliverability=False, globally_deliverable=False, test_environment=True)
    except EmailNotValidError as cause:
        raise Invalid(NOT_AN_ADDRESS, {"email": NOT_AN_ADDRESS}) from cause
    domain = parts.ascii_domain
    if not domain or "." not in domain:
        raise Invalid(NOT_AN_ADDRESS, {"email": NOT_AN_ADDRESS})
    return f"{parts.local_part}@{domain}".lower()


def domain_of(address: str) -> str:
    """Return the domain of a canonical address."""
    return address.rpartition("@")[2]


def person_name(name: str) -> str:
    """Return a name without control and direction characters, spaces collapsed. What it means is the person's affair."""
    text = unicodedata.normalize("NFC", name[: 10 * MAX_NAME_CHARS])
    visible = "".join(
        " " if letter.isspace() else letter for letter in text if letter.isspace() or not unicodedata.category(letter).startswith("C")
    )
    return " ".join(visible.split())[:MAX_NAME_CHARS].strip()


def name_faults(first: str, last: str) -> dict[str, str]:
    """Return a sentence for each of a person's two names that is missing, by the field's name."""
    return {f"{which}_name": f"Enter the {which} name." for which, name in (("first", first), ("last", last)) if not person_name(name)}
