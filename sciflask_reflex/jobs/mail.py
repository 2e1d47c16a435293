"""Send the mails that wait. Each goes to one person; a mail server that is down costs patience, never a mail."""

import logging
import os
import smtplib
import ssl
from email.message import EmailMessage
from socket import gaierror
from urllib.parse import unquote, urlsplit

from sqlalchemy import update
from sqlmodel import col, select

from sciflask_reflex import storage
from sciflask_reflex.db import now, reading, writing
from sciflask_reflex.errors import Unavailable
from sciflask_reflex.jobs.envelope import compose
from sciflask_reflex.jobs.letters import one_line
from sciflask_reflex.models import Mail
from sciflask_reflex.settings import settings

BATCH = 20
FIRST_PAUSE_SECONDS = 30
LONGEST_PAUSE_SECONDS = 3_600
GIVE_UP_SECONDS = 24 * 3_600
SMTP_SECONDS = 15
LONGEST_ERROR = 300
HERE = ("localhost", "127.0.0.1", "::1")
AWAY = (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, TimeoutError, ConnectionError, gaierror)

log = logging.getLogger(__name__)


def _write_file(mail: Mail, message: EmailMessage) -> None:
    path = storage.mail_folder() / f"{mail.id}.eml"
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    draft.unlink(missing_ok=True)
    with storage.new_file(draft) as handle:
        os.write(handle, message.as_bytes())
    draft.rename(path)
    storage.sync_folder(path.parent)


def _send(message: EmailMessage) -> None:
    parts = urlsplit(settings().smtp_url)
    secure = ssl.create_default_context()
    host, port = parts.hostname or "localhost", parts.port
    with (
        smtplib.SMTP_SSL(host, port or 465, timeout=SMTP_SECONDS, context=secure)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, port or 25, timeout=SMTP_SECONDS)
    ) as server:
        if parts.scheme == "smtp":
            _encrypt(server, host, secure)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _encrypt(server: smtplib.SMTP, host: str, secure: ssl.SSLContext) -> None:
    """Go on encrypted if the server can; in production, refuse one that cannot, unless it is on this very machine."""
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=secure)
    elif settings().env == "production" and host not in HERE:
        message = f"the mail server {host} offers no encryption (STARTTLS); use one that does, or smtps://"
        raise smtplib.SMTPNotSupportedError(message)


def deliver(mail: Mail) -> None:
    """Send one mail, or write it to a file when there is no mail server.

    Raises:
        OSError: If the server does not answer or refuses (``smtplib``'s errors are OSErrors).
        ValueError: If the address cannot be one.
        Unavailable: If the key of its secret link cannot be read.
    """
    message = compose(mail)
    if settings().smtp_url:
        _send(message)
    else:
        _write_file(mail, message)


def send_due() -> int:
    """Send what is due and return how many went out; what failed is tried again later, for a day.

    When the server itself does not answer, the others wait for the next round: each try may take long.
    """
    young = col(Mail.created_at) > now() - GIVE_UP_SECONDS
    due = (col(Mail.sent_at).is_(None), col(Mail.next_try_at) <= now(), young)
    with reading() as session:
        mails = session.exec(select(Mail).where(*due).order_by(col(Mail.next_try_at), col(Mail.created_at)).limit(BATCH)).all()
    sent = 0
    for mail in mails:
        try:
            sent += _try(mail)
        except ServerAway:
            break
    return sent


class ServerAway(Exception):
    """The mail server did not answer, or went away; nothing is wrong with the mail."""


def _try(mail: Mail) -> bool:
    """Try one mail. Noting the try first means that a crash in between costs a delay, not a flood."""
    pause = min(FIRST_PAUSE_SECONDS * 2**mail.tries, LONGEST_PAUSE_SECONDS)
    mine = (col(Mail.id) == mail.id, col(Mail.tries) == mail.tries, col(Mail.sent_at).is_(None))
    with writing() as session:
        if session.exec(update(Mail).where(*mine).values(tries=mail.tries + 1, next_try_at=now() + pause)).rowcount == 0:
            return False  # another sender has it
    try:
        deliver(mail)
    except AWAY as error:
        _note_failure(mail, pause, error)
        raise ServerAway from error
    except (OSError, ValueError, Unavailable) as error:
        _note_failure(mail, pause, error)
        return False
    with writing() as session:  # the link has gone out: nothing here leads to it any more
        session.exec(update(Mail).where(col(Mail.id) == mail.id).values(sent_at=now(), link_id=None))
    return True


def _note_failure(mail: Mail, pause: int, error: Exception) -> None:
    reason = one_line(_reason(error))[:LONGEST_ERROR]
    log.warning("mail %s could not be sent, next try in %d s: %s", mail.id, pause, reason)
    with writing() as session:
        session.exec(update(Mail).where(col(Mail.id) == mail.id).values(last_error=reason))


def _reason(error: Exception) -> str:
    """Return what to log: the server's code and kind, not its words, which may quote addresses."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"recipient refused ({', '.join(str(code) for code, _ in error.recipients.values())})"
    return f"{type(error).__name__} {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else str(error)
