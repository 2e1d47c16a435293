"""Who may open the websocket: our own pages, and not too many windows at once."""

from sciflask_reflex.errors import TooOften
from sciflask_reflex.http.asgi import Guard, Receive, Scope, Send, client_ip, refuse
from sciflask_reflex.http.origin import foreign
from sciflask_reflex.http.slots import SOCKETS

SOCKET_PATH = "/_event"


class SocketGate(Guard):
    """Refuses the event channel to foreign pages at the handshake, and caps the number of open sockets."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or pass on, holding a place while a socket is open."""
        if scope["type"] not in ("http", "websocket") or not scope["path"].startswith(SOCKET_PATH):
            await self.app(scope, receive, send)
            return
        if foreign(scope):
            await refuse(scope, receive, send, 403, "This address only answers the site's own pages.")
            return
        if scope["type"] == "http":
            await self.app(scope, receive, send)
            return
        try:
            with SOCKETS.take(client_ip(scope)):
                await self.app(scope, receive, send)
        except TooOften as error:
            await refuse(scope, receive, send, 429, error.sentence)
