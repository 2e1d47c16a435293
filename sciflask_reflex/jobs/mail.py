"""Send the mails that wait. Each goes to one person; a mail server that is down costs patience, never a mail."""

import logging
import os
import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from sqlalchemy import update
from sqlmodel import col, select

from sciflask_reflex import storage
from sciflask_reflex.db import now, reading, writing
from sciflask_reflex.jobs.letters import one_line
from sciflask_reflex.models import Mail
from sciflask_reflex.settings import settings

BATCH = 20
FIRST_PAUSE_SECONDS = 30
LONGEST_PAUSE_SECONDS = 3_600
GIVE_UP_SECONDS = 24 * 3_600
SMTP_SECONDS = 15
LONGEST_ERROR = 300
ONE_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[^\s@,;:<>()\[\]\\\"]+")

log = logging.getLogger(__name__)


def compose(mail: Mail) -> EmailMessage:
    """Return the message of a row: one recipient, no line break in any header, and an id that stays the same on every try.

    Raises:
        ValueError: If an address cannot be one.
    """
    if not ONE_ADDRESS.fullmatch(mail.to):
        fault = "the recipient is not one plain address"
        raise ValueError(fault)
    message = EmailMessage()
    message["From"] = Address(one_line(settings().site_name), addr_spec=parseaddr(settings().mail_from)[1])
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(mail.created_at)
    host = urlsplit(settings().public_url).hostname or "localhost"
    message["Message-ID"] = f"<{mail.id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


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
        if parts.scheme == "smtp" and server.ehlo() and server.has_extn("starttls"):
            server.starttls(context=secure)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def deliver(mail: Mail) -> None:
    """Send one mail, or write it to a file when there is no mail server.

    Raises:
        OSError: If the server does not answer or refuses (``smtplib``'s errors are OSErrors).
        ValueError: If the address cannot be one.
    """
    message = compose(mail)
    if settings().smtp_url:
        _send(message)
    else:
        _write_file(mail, message)


def send_due() -> int:
    """Send what is due and return how many went out; what failed is tried again later, for a day."""
    young = col(Mail.created_at) > now() - GIVE_UP_SECONDS
    due = (col(Mail.sent_at).is_(None), col(Mail.next_try_at) <= now(), young)
    with reading() as session:
        mails = session.exec(select(Mail).where(*due).order_by(col(Mail.created_at)).limit(BATCH)).all()
    return sum(_try(mail) for mail in mails)


def _try(mail: Mail) -> bool:
    """Try one mail. Noting the try first means that a crash in between costs a delay, not a flood."""
    pause = min(FIRST_PAUSE_SECONDS * 2**mail.tries, LONGEST_PAUSE_SECONDS)
    mine = (col(Mail.id) == mail.id, col(Mail.tries) == mail.tries, col(Mail.sent_at).is_(None))
    with writing() as session:
        if session.exec(update(Mail).where(*mine).values(tries=mail.tries + 1, next_try_at=now() + pause)).rowcount == 0:
            return False  # another sender has it
    try:
        deliver(mail)
    except (OSError, ValueError) as error:
        log.warning("mail %s could not be sent, next try in %d s: %s", mail.id, pause, error)
        with writing() as session:
            session.exec(update(Mail).where(col(Mail.id) == mail.id).values(last_error=one_line(str(error))[:LONGEST_ERROR]))
        return False
    with writing() as session:
        session.exec(update(Mail).where(col(Mail.id) == mail.id).values(sent_at=now()))
    return True
