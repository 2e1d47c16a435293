"""Accounts and tokens from the command line."""

from sciflask_reflex import audit, secrets
from sciflask_reflex.errors import Invalid, NotFound, Refused
from sciflask_reflex.identity import service, tokens
from sciflask_reflex.models import Role
from sciflask_reflex.settings import settings
from sciflask_reflex.supervisor.migrations import migrate


def create_admin(email: str, password: str) -> None:
    """Make a confirmed account with all rights; refuses a weak password and an address that has an account."""
    _prepare()
    try:
        service.create_account(email, password, role=Role.ADMIN, confirmed=True)
    except Invalid as fault:
        raise Invalid(" ".join(dict.fromkeys([fault.sentence, *fault.fields.values()]))) from fault


def set_password(email: str, password: str) -> None:
    """Give an account a new password; refuses a weak one, and an address that has no account."""
    _prepare()
    service.set_password(email, password)


def create_token(email: str, scope: str) -> str:
    """Make a token for an account and return it; only its digest is kept."""
    _prepare()
    try:
        return tokens.create(email, scope)
    except NotFound as fault:
        sentence = f"There is no account with the address {email}. Make one on the site, or with `sciflask admin create`."
        raise Refused(sentence) from fault


def _prepare() -> None:
    """Work on a new data folder too, before the first start."""
    migrate(settings())
    secrets.ensure()
    audit.act_as(audit.Actor(via="cli"))
