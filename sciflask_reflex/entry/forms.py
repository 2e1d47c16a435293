"""The forms at the entry."""

from sciflask_reflex.http.forms import Form


class SignIn(Form):
    """The form on the sign-in page."""

    email: str = ""
    password: str = ""
    remember: str = ""


class Register(Form):
    """The form on the page that makes an account."""

    email: str = ""
    password: str = ""
    first_name: str = ""
    last_name: str = ""
    confirm_password: str = ""
    terms: str = ""
    altcha: str = ""
    """The answer to a challenge, where the site asks for one."""


class Address(Form):
    """A form that asks for an address alone: to have a mail sent."""

    email: str = ""


class Link(Form):
    """The button on a page that a link in a mail leads to."""

    token: str = ""


class NewPassword(Link):
    """A new password for whoever has the link."""

    password: str = ""
    confirm_password: str = ""


class Code(Form):
    """The second step: a code from the app, or a recovery code."""

    code: str = ""


class Signature(Form):
    """What a passkey signed, as JSON."""

    credential: str = ""


class Join(Form):
    """What somebody adds who came by a provider and has no account."""

    email: str = ""
    first_name: str = ""
    last_name: str = ""
    terms: str = ""
