"""The forms of the account page."""

from sciflask_reflex.http.forms import Form
from sciflask_reflex.http.posting import Visitor
from sciflask_reflex.identity.proving import prove


class Name(Form):
    """The form for the name."""

    first_name: str = ""
    last_name: str = ""


class Proof(Form):
    """The proof alone, before something that a thief would do."""

    current_password: str = ""

    def require(self, visitor: Visitor) -> None:
        """Return if it proves the person; raises as ``proving.prove`` does. Hashes."""
        prove(visitor.principal, self.current_password, visitor.token, ip=visitor.ip)


class NewEmail(Proof):
    """The form that asks for another address."""

    new_email: str = ""


class NewPassword(Proof):
    """The form for another password."""

    password: str = ""
    confirm_password: str = ""


class NewToken(Proof):
    """The form that makes an API token."""

    name: str = ""
    scope: str = ""
    days: str = ""


class Delete(Proof):
    """The form that deletes the account."""

    confirm: str = ""


class TotpCode(Form):
    """The first code of an app."""

    code: str = ""


class NewPasskey(Proof):
    """The form that begins a passkey."""

    name: str = ""


class SignedPasskey(Form):
    """What a device made, as JSON."""

    name: str = ""
    credential: str = ""


class RemovePasskey(Proof):
    """The form that removes a passkey."""

    passkey: str = ""


class LinkIdentity(Proof):
    """The form that links a provider."""

    provider: str = ""


class UnlinkIdentity(Proof):
    """The form that takes one off."""

    identity: str = ""
