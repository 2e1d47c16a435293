"""The forms of the account page."""

from sciflask_reflex.http.forms import Form


class Name(Form):
    """The form for the name."""

    first_name: str = ""
    last_name: str = ""


class NewEmail(Form):
    """The form that asks for another address."""

    new_email: str = ""
    current_password: str = ""


class ConfirmEmail(Form):
    """The button behind the link that the new address got."""

    token: str = ""

    def shown_again(self) -> dict[str, str]:
        """Return nothing: the link in the mail is a secret."""
        return {}


class NewPassword(Form):
    """The form for another password."""

    current_password: str = ""
    password: str = ""
    confirm_password: str = ""


class NewToken(Form):
    """The form that makes an API token."""

    name: str = ""
    scope: str = ""
    days: str = ""
    current_password: str = ""


class Delete(Form):
    """The form that deletes the account."""

    confirm: str = ""
    current_password: str = ""


class Proof(Form):
    """The proof alone, before something that a thief would do."""

    current_password: str = ""


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
