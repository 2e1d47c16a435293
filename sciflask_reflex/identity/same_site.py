"""Where a person may be sent on to: a path of this site, and nothing else."""

from urllib.parse import quote, urlsplit

from sciflask_reflex import routes

MAX_CHARS = 500
NOT_A_TARGET = (routes.LOGIN, routes.REGISTER, routes.RESET_PASSWORD, routes.CONFIRM, "/auth")


def same_site(path: object, default: str = routes.PROFILE) -> str:
    """Return the path if it stays on this site, else the default. Anything that a browser could read otherwise does not."""
    if not isinstance(path, str) or not 0 < len(path) <= MAX_CHARS:
        return default
    if not path.startswith("/") or path.startswith("//") or "\\" in path or any(not 32 < ord(letter) < 127 for letter in path):
        return default
    try:
        parts = urlsplit(path)
    except ValueError:
        return default
    if (
        parts.scheme
        or parts.netloc
        or "//" in parts.path
        or any(parts.path == place or parts.path.startswith(f"{place}/") for place in NOT_A_TARGET)
    ):
        return default
    return path


def sign_in_path(next_path: object) -> str:
    """Return the address of the sign-in page that leads back to where the person was."""
    target = same_site(next_path, "")
    return f"{routes.LOGIN}?next={quote(target, safe='/')}" if target else routes.LOGIN
