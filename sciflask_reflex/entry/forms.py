"""The forms at the entry."""

from sciflask_reflex.http.forms import Form


class SignIn(Form):
    """The form on the sign-in page."""

    email: str = ""
    password: str = ""


class Register(Form):
    """The form on the page that makes an account."""

    email: str = ""
    password: str = ""
    first_name: str = ""
    last_name: str = ""
    confirm_password: str = ""
    terms: str = ""
