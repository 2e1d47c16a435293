"""Making and ending announcements. Reading the present ones is ``live.news``, for every page shows them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from sciflask_reflex import audit
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import LOOK_AGAIN, Invalid, NotFound
from sciflask_reflex.jobs.letters import one_line
from sciflask_reflex.live.news import TONES, tell_everybody
from sciflask_reflex.models import Announcement, utcnow

LONGEST = 500
MOST_HOURS = 24 * 90
MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class AnnouncementRow:
    """An announcement as admins see it."""

    id: int
    text: str
    tone: str
    starts_at: datetime
    ends_at: datetime | None
    is_shown: bool


def announcements() -> list[AnnouncementRow]:
    """Return the newest announcements, those that are shown now first."""
    now = utcnow()
    with reading() as session:
        found = session.exec(select(Announcement).order_by(col(Announcement.id).desc()).limit(MOST_LISTED)).all()
    rows = [
        AnnouncementRow(a.id or 0, a.text, a.tone, a.starts_at, a.ends_at, a.starts_at <= now and (a.ends_at is None or a.ends_at > now))
        for a in found
    ]
    return sorted(rows, key=lambda row: not row.is_shown)


def announce(text: str, tone: str, hours: int | None) -> int:
    """Show a sentence on every page from now on, for so many hours or until it is ended. Return its id.

    Raises:
        Invalid: If there is no sentence, it is too long, or the tone or the time cannot be.
    """
    words = one_line(text)
    faults = faults_in(words, tone)
    if hours is not None and not 1 <= hours <= MOST_HOURS:
        faults["hours"] = f"Choose between 1 and {MOST_HOURS} hours, or leave it empty."
    if faults:
        raise Invalid(LOOK_AGAIN, faults)
    ends_at = utcnow() + timedelta(hours=hours) if hours else None
    row = Announcement(text=words, tone=tone, ends_at=ends_at)
    with writing() as session:
        session.add(row)
        session.flush()
        audit.record(session, "admin:announcement:create", thing=f"announcement:{row.id}", text=words)
    tell_everybody()
    return row.id or 0


def faults_in(words: str, tone: str) -> dict[str, str]:
    """Return one sentence per field at fault of what is to be announced."""
    faults = {}
    if not 0 < len(words) <= LONGEST:
        faults["text"] = f"Write a sentence of at most {LONGEST} characters."
    if tone not in TONES:
        faults["tone"] = "Choose how serious it is."
    return faults


def end(announcement_id: int) -> None:
    """Show an announcement no longer; what has ended stays ended.

    Raises:
        NotFound: If there is none.
    """
    with writing() as session:
        row = session.get(Announcement, announcement_id)
        if row is None:
            raise NotFound("announcement")
        if row.ends_at is None or row.ends_at > utcnow():
            row.ends_at = utcnow()
            session.add(row)
            audit.record(session, "admin:announcement:end", thing=f"announcement:{row.id}")
    tell_everybody()
