"""Reflex's own upload address takes anything from anybody. Here it is decided, before the body is read, who may use it."""

from anyio import to_thread
from reflex_base.event import resolve_upload_chunk_handler_param
from reflex_base.registry import RegistrationContext
from reflex_base.utils.exceptions import UploadTypeError, UploadValueError
from sqlalchemy.exc import SQLAlchemyError

from sciflask_reflex.errors import FileTooLarge, TooOften
from sciflask_reflex.gate import rule_of
from sciflask_reflex.http.asgi import SAFE_METHODS, Guard, Receive, Scope, Send, client_ip, header, refuse
from sciflask_reflex.http.origin import ours
from sciflask_reflex.http.pace import paced
from sciflask_reflex.http.slots import place_for_upload
from sciflask_reflex.identity.cookies import hash_of, is_guest_token, session_token
from sciflask_reflex.identity.sessions import principal_of_token
from sciflask_reflex.identity.visit import carry
from sciflask_reflex.settings import settings

UPLOAD_PATH = "/_upload"


def who(token: str) -> str | None:
    """Return a key for whoever holds the session token and may upload: an owner, or a guest who owns nothing yet; else None."""
    principal = principal_of_token(token)
    if principal.is_somebody:
        return principal.owner_id
    return hash_of(token) if settings().guests and is_guest_token(token) else None


def size_fault(declared: str | None, files: int = 1) -> tuple[int, str] | None:
    """Return what is wrong with the announced size of a body that brings so many files at most, or None."""
    if declared is None:
        return 411, "Say how long the body is (Content-Length)."
    if not declared.isdecimal():
        return 400, "The Content-Length is no number."
    if int(declared) > files * settings().max_upload_bytes:
        return 413, FileTooLarge(settings().max_file_mib).sentence
    return None


def most_files(handler: str | None) -> int:
    """Return how many files one upload to this event may bring."""
    known = RegistrationContext.get().event_handlers.get(handler or "")
    rule = rule_of(known.handler.fn) if known else None
    return rule.files if rule else 1


def takes_no_file(handler: str | None) -> bool:
    """Whether this is the name of an event that has no use for a file; Reflex itself refuses names that it does not know."""
    known = RegistrationContext.get().event_handlers.get(handler or "")
    if known is None:
        return False
    try:
        resolve_upload_chunk_handler_param(known.handler)
    except (UploadTypeError, UploadValueError):
        return True
    return False


class UploadGate(Guard):
    """Lets uploads through only from our pages, with a good session, of a known and allowed size, and few at once."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or pass on."""
        if scope["type"] != "http" or not scope["path"].startswith(UPLOAD_PATH) or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        if not ours(scope):
            await refuse(scope, receive, send, 403, "Uploads are only taken from the site's own pages.")
            return
        try:
            key = await to_thread.run_sync(who, session_token(header(scope, "cookie") or ""))
        except SQLAlchemyError:
            await refuse(scope, receive, send, 503, "The database does not answer. Try again in a minute.")
            return
        if key is None:
            await refuse(scope, receive, send, 401, "Sign in first, or reload the page to go on as a guest.")
            return
        handler = header(scope, "reflex-event-handler")
        if fault := size_fault(header(scope, "content-length"), most_files(handler)):
            await refuse(scope, receive, send, *fault)
            return
        if takes_no_file(handler):
            await refuse(scope, receive, send, 400, "That event takes no file.")
            return
        try:
            with place_for_upload(key, client_ip(scope)), carry(scope, client_ip(scope)):
                await self.app(scope, paced(receive), send)
        except TooOften as error:
            await refuse(scope, receive, send, 429, error.sentence, {"retry-after": str(error.retry_after_s)})
