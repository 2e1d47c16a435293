"""How the site is, in a dozen numbers."""

import platform
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import redis
from sqlalchemy import func
from sqlmodel import Session, col, select

from sciflask_reflex import storage
from sciflask_reflex.db import engine, reading
from sciflask_reflex.models import Analysis, Fault, Mail, Owner, Role, Status, utcnow
from sciflask_reflex.settings import MIB, settings

SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Health:
    """The site at one moment."""

    people: int
    guests: int
    new_people: int
    """Accounts of the last seven days."""
    waiting: int
    running: int
    oldest_wait_seconds: float
    done_today: int
    failed_today: int
    faults_today: int
    mails_waiting: int
    disk_free: int
    disk_total: int
    queue_answers: bool
    versions: dict[str, str]

    @property
    def troubles(self) -> list[str]:
        """What somebody should look after now, in sentences."""
        found = []
        if not self.queue_answers:
            found.append("The queue does not answer. Analyses wait until it is back; none is lost.")
        if self.disk_free < storage.FREE_FLOOR_BYTES:
            found.append(f"Only {self.disk_free // MIB} MiB are free on the disk.")
        if self.waiting and self.oldest_wait_seconds > 600 and not self.running:
            found.append("Analyses have waited for more than ten minutes and none is running. Look whether workers are there.")
        return found


def health() -> Health:
    """Return how the site is now."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    disk = shutil.disk_usage(storage.root())
    with reading() as session:
        by_role = dict(session.exec(select(Owner.role, func.count()).group_by(Owner.role)).all())
        waiting, oldest = session.exec(select(func.count(), func.min(Analysis.created_at)).where(Analysis.status == Status.QUEUED)).one()
        return Health(
            people=sum(count for role, count in by_role.items() if role != Role.GUEST),
            guests=by_role.get(Role.GUEST, 0),
            new_people=_count(session, Owner, col(Owner.role) != Role.GUEST, col(Owner.created_at) > utcnow() - timedelta(days=7)),
            waiting=waiting,
            running=_count(session, Analysis, col(Analysis.status).in_((Status.RUNNING, Status.CANCELLING))),
            oldest_wait_seconds=(utcnow() - oldest).total_seconds() if oldest else 0.0,
            done_today=_count(session, Analysis, Analysis.status == Status.DONE, col(Analysis.finished_at) >= today),
            failed_today=_count(session, Analysis, Analysis.status == Status.FAILED, col(Analysis.finished_at) >= today),
            faults_today=_count(session, Fault, col(Fault.last_at) >= today),
            mails_waiting=_count(session, Mail, col(Mail.sent_at).is_(None)),
            disk_free=disk.free,
            disk_total=disk.total,
            queue_answers=_queue_answers(),
            versions=versions(),
        )


def versions() -> dict[str, str]:
    """Return what the site is made of."""
    packages = {"SciFlask": "sciflask-reflex", "Reflex": "reflex", "Dramatiq": "dramatiq", "SQLAlchemy": "sqlalchemy"}
    found = {title: version(package) for title, package in packages.items()}
    kind = engine().dialect.name
    return found | {"Python": platform.python_version(), "Database": {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(kind, kind)}


def _queue_answers() -> bool:
    try:
        with redis.Redis.from_url(settings().broker_url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False


def _count(session: Session, table: type, *conditions: object) -> int:
    return session.exec(select(func.count()).select_from(table).where(*conditions)).one()  # pyright: ignore[reportArgumentType]
