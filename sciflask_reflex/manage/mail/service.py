"""What became of the letters, and one to oneself to see whether letters arrive."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func
from sqlmodel import col, select

from sciflask_reflex import audit
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import NotFound, Refused
from sciflask_reflex.identity import limits
from sciflask_reflex.jobs import letters
from sciflask_reflex.jobs.mail import GIVE_UP_SECONDS
from sciflask_reflex.models import Mail, MailKind, Owner, new_id, utcnow
from sciflask_reflex.settings import settings

TEST_MAIL = limits.Limit("test-mail", 5, 3_600)
MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, without what is in it."""

    to: str
    subject: str
    kind: str
    state: str
    """sent, waiting, trying again, or given up."""
    tries: int
    created_at: datetime
    sent_at: datetime | None
    next_try_at: datetime
    last_error: str


@dataclass(frozen=True, slots=True)
class Post:
    """The state of the outbox, and how letters leave."""

    waiting: int
    failing: int
    given_up: int
    sent_today: int
    way: str
    sender: str
    letters: list[Letter]


def post(*, only_unsent: bool = False) -> Post:
    """Return how the letters stand, newest first."""
    now = utcnow()
    oldest = now - timedelta(seconds=GIVE_UP_SECONDS)
    unsent = col(Mail.sent_at).is_(None)
    conditions = {
        "waiting": (unsent, col(Mail.created_at) > oldest),
        "failing": (unsent, col(Mail.created_at) > oldest, col(Mail.tries) > 0),
        "given_up": (unsent, col(Mail.created_at) <= oldest),
        "sent_today": (col(Mail.sent_at) > now - timedelta(days=1),),
    }
    listed = select(Mail).where(*([unsent] if only_unsent else [])).order_by(col(Mail.created_at).desc()).limit(MOST_LISTED)
    with reading() as session:
        counts = {name: session.exec(select(func.count()).select_from(Mail).where(*each)).one() for name, each in conditions.items()}
        found = session.exec(listed).all()
    return Post(**counts, way=way(), sender=settings().mail_from, letters=[_letter(mail, oldest) for mail in found])


def _letter(mail: Mail, oldest: datetime) -> Letter:
    if mail.sent_at:
        state = "sent"
    elif mail.created_at <= oldest:
        state = "given up"
    else:
        state = "trying again" if mail.tries else "waiting"
    return Letter(mail.to, mail.subject, mail.kind, state, mail.tries, mail.created_at, mail.sent_at, mail.next_try_at, mail.last_error)


def way() -> str:
    """Return in words how letters leave: the server without its password, or the folder."""
    if not settings().smtp_url:
        return "Written to files in DATA_DIR/mail, because no mail server is set."
    parts = urlsplit(settings().smtp_url)
    who = "with a user name" if parts.username else "without signing in"
    return f"{parts.scheme}://{parts.hostname or 'localhost'}:{parts.port or (465 if parts.scheme == 'smtps' else 25)}, {who}."


def send_test(owner_id: str) -> str:
    """Queue a letter to the admin who asks, and return the address.

    Raises:
        TooOften: After five within an hour.
        Refused: If the account has no address.
    """
    with reading() as session:
        owner = session.get(Owner, owner_id)
    if owner is None:
        raise NotFound("person")
    if not owner.email:
        raise Refused("Your account has no e-mail address to write to.")
    limits.count(TEST_MAIL, owner_id)
    with writing() as session:
        letters.write(
            session,
            to=owner.email,
            subject="Test mail",
            body="this is a test. If you can read it, the site's mails arrive.",
            cause=f"test:{new_id()}",
            kind=MailKind.OPERATOR,
            owner=owner,
        )
        audit.record(session, "admin:mail:test")
    return owner.email
