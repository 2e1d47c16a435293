"""All guards in their order, for ``rx.App(api_transformer=[api_app(), guards])``."""

from sciflask_reflex.http.asgi import ASGIApp, Guard
from sciflask_reflex.http.bodies import BodyLimit
from sciflask_reflex.http.clean_paths import CleanPaths
from sciflask_reflex.http.counting import Counting
from sciflask_reflex.http.guest_cookie import GuestCookie
from sciflask_reflex.http.headers import SecurityHeaders
from sciflask_reflex.http.hidden import Hidden
from sciflask_reflex.http.sockets import SocketGate
from sciflask_reflex.http.upload_gate import UploadGate
from sciflask_reflex.identity.redaction import guard_logs

ORDER: tuple[type[Guard], ...] = (Counting, SecurityHeaders, Hidden, SocketGate, BodyLimit, UploadGate, GuestCookie, CleanPaths)
"""From the outside to the inside: what refuses early is asked early, and every answer gets its headers."""


def guards(app: ASGIApp) -> ASGIApp:
    """Return the app with every guard around it."""
    guard_logs()
    for guard in reversed(ORDER):
        app = guard(app)
    return app
