"""What the people who run the site have to say to everybody just now."""

from typing import TypedDict

from sqlmodel import col, or_, select

from sciflask_reflex.db import reading
from sciflask_reflex.jobs import events
from sciflask_reflex.models import Announcement, utcnow

TONES = ("info", "warning", "error")
MOST = 3
NEWS = "news"
"""The status of the event that tells every tab to look at the announcements anew."""


class News(TypedDict):
    """One sentence, and how serious it is."""

    id: int
    text: str
    tone: str


def tell_everybody() -> None:
    """Let every open tab show what there is to say now; called once it is committed."""
    events.publish("", "", status=NEWS)


def present() -> list[News]:
    """Return the newest announcements that are to be seen now."""
    now = utcnow()
    lasting = or_(col(Announcement.ends_at).is_(None), col(Announcement.ends_at) > now)
    query = select(Announcement).where(col(Announcement.starts_at) <= now, lasting).order_by(col(Announcement.id).desc()).limit(MOST)
    with reading() as session:
        found = session.exec(query).all()
    return [News(id=a.id or 0, text=a.text, tone=a.tone if a.tone in TONES else "info") for a in found]
