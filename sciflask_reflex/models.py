"""Every table that the web and the workers share. Credentials live in ``identity/models.py``, where no worker looks."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from pipeline.toolkit.places import place_of
from sciflask_reflex.db import Moment, words

LONGEST_NAME = 120
"""What people call a study or an analysis, in characters."""
LONGEST_NAME_KEY = 240
"""A name as compared: some letters become two."""
LARGE = BigInteger().with_variant(Integer, "sqlite")
"""Sizes beyond 2 GiB; every whole number of SQLite holds them."""


def new_id() -> str:
    """Return an opaque, unguessable id."""
    return uuid4().hex


def utcnow() -> datetime:
    """Return the time of this process, for display only; leases use the database's clock."""
    return datetime.now(UTC)


LONGEST_ROLE = 16


class Role(StrEnum):
    """What an owner may do. An instance may name further roles, which are users with limits and tools of their own."""

    GUEST = "guest"
    USER = "user"
    ADMIN = "admin"


class Status(StrEnum):
    """Where an analysis stands."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE = (Status.QUEUED, Status.RUNNING, Status.CANCELLING)
FINAL = (Status.DONE, Status.FAILED, Status.CANCELLED)


class Owner(SQLModel, table=True):
    """A person with an account, or a guest: what studies and analyses belong to."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    role: str = Field(default=Role.GUEST, max_length=LONGEST_ROLE, description="A Role, or one that the settings or the admins add.")
    name: str = Field(default="", max_length=200)
    email: str | None = Field(default=None, max_length=320, description="Where to write when an analysis ends.")
    unwanted_mails: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False), description="Kinds of mail that this person turned off."
    )
    studies_made: int = Field(default=0, description="Studies ever made, deleted ones included; examples do not count.")
    analyses_made: int = Field(default=0, description="Analyses ever made, deleted ones included.")
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    seen_at: datetime = Field(default_factory=utcnow, sa_type=Moment)


class Upload(SQLModel, table=True):
    """A file that arrived and waits to become part of a study. Its bytes are at ``storage.staging(id)``."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    owner_id: str = Field(foreign_key="owner.id", index=True, ondelete="CASCADE", max_length=32)
    filename: str = Field(max_length=255, description="The user's own name for the file; a label, never a path.")
    bytes: int = 0
    sha256: str = Field(default="", max_length=64)
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)


class Study(SQLModel, table=True):
    """A named, checked set of input files of one owner for one tool."""

    __table_args__ = (UniqueConstraint("owner_id", "name_key"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    owner_id: str = Field(foreign_key="owner.id", index=True, ondelete="CASCADE", max_length=32)
    tool: str = Field(max_length=64)
    name: str = Field(max_length=LONGEST_NAME)
    name_key: str = Field(max_length=LONGEST_NAME_KEY, description="The name as compared: NFKC, case-folded, spaces collapsed.")
    is_example: bool = False
    findings: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)


class StudyInput(SQLModel, table=True):
    """One stored file of a study, exactly as it came. Its bytes are at ``storage.study_input(study_id, place)``."""

    study_id: str = Field(foreign_key="study.id", primary_key=True, ondelete="CASCADE", max_length=32)
    slot: str = Field(primary_key=True, max_length=64, description="Name of the tool's input.")
    position: int = Field(default=0, primary_key=True, description="0 for the only file of an input; else its place among several, from 1.")
    filename: str = Field(max_length=255)
    label: str = Field(default="", max_length=80, description="What the data are, in the user's words, as in 'genes'.")
    bytes: int
    sha256: str = Field(max_length=64)
    facts: dict[str, Any] = Field(
        default_factory=dict,
        sa_column=Column(JSON, nullable=False),
        description="What the check measured: shape, delimiter, encoding, missing values.",
    )

    @property
    def place(self) -> str:
        """Where it stands in its study: the input, and its position when the input takes several."""
        return place_of(self.slot, self.position)


class Analysis(SQLModel, table=True):
    """A study, parameters and a status. Only ``jobs.runs`` changes the status."""

    __table_args__ = (
        UniqueConstraint("owner_id", "idempotency_key"),
        Index("ix_analysis_status_lease", "status", "lease_until"),
        Index("ix_analysis_owner_newest", "owner_id", "created_at", "id"),
        Index("ix_analysis_status_finished", "status", "finished_at"),
        Index("ix_analysis_usage", "created_at", "owner_id", "tool", "status", "started_at", "finished_at", "result_bytes"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    study_id: str = Field(foreign_key="study.id", index=True, ondelete="CASCADE", max_length=32)
    owner_id: str = Field(foreign_key="owner.id", ondelete="CASCADE", max_length=32)
    tool: str = Field(max_length=64)
    name: str = Field(max_length=LONGEST_NAME)
    parameters: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    idempotency_key: str = Field(max_length=128)

    status: Status = Field(default=Status.QUEUED, sa_type=words(Status))
    attempt: int = Field(
        default=0, description="Number of the last try; it only grows, so that an older try can never overwrite a newer one."
    )
    crashes: int = Field(default=0, description="Tries that ended without a word; after `max_attempts` of them it fails for good.")
    lease_owner: str | None = Field(default=None, max_length=64)
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    not_before: datetime | None = Field(default=None, sa_type=Moment, description="Back-off: no worker may claim it earlier.")

    stage: str = Field(default="", max_length=200)
    fraction: float = 0.0
    log: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    cause: str | None = Field(
        default=None, max_length=32, description="Why it failed: tool, crash, memory, walltime, input, output, internal."
    )
    error: str | None = Field(default=None, sa_column=Column(Text), description="The sentence for the person.")
    traceback: str | None = Field(default=None, sa_column=Column(Text), description="For the people who run the site.")

    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    started_at: datetime | None = Field(default=None, sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    warned_at: datetime | None = Field(default=None, sa_type=Moment, description="When its owner was told that it is about to be removed.")
    result_bytes: int = Field(default=0, sa_type=LARGE, description="Disk space of the result, which counts in the owner's quota.")
    manifest: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON), description="The result: outputs, files with sizes and SHA-256, metrics."
    )


class Outbox(SQLModel, table=True):
    """A doorbell that is still to be rung: "analysis N waits"."""

    id: int | None = Field(default=None, primary_key=True)
    analysis_id: str = Field(foreign_key="analysis.id", index=True, ondelete="CASCADE", max_length=32)
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment, index=True)


class MailKind(StrEnum):
    """What a mail is about. Those that a person may turn off are in ``OPTIONAL_MAILS``."""

    ACCOUNT = "account"
    FINISHED = "finished"
    FAILED = "failed"
    NEW_DEVICE = "new-device"
    RETENTION = "retention"
    OPERATOR = "operator"


OPTIONAL_MAILS = (MailKind.FINISHED, MailKind.FAILED, MailKind.NEW_DEVICE, MailKind.RETENTION)


class Mail(SQLModel, table=True):
    """A message that is still to be sent, at most one for each cause.

    A secret link is not in the body but made when the mail is sent: the body holds ``links.PLACE`` where it goes.
    """

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    to: str = Field(max_length=320)
    subject: str = Field(max_length=200)
    body: str = Field(sa_column=Column(Text, nullable=False))
    cause: str = Field(unique=True, max_length=128, description="What it is about, as in 'analysis:<id>:done'; unique.")
    kind: str = Field(default=MailKind.ACCOUNT, max_length=16, description="A MailKind.")
    link_page: str | None = Field(default=None, max_length=64, description="Page of the secret link in it, as in '/confirm'.")
    link_id: str | None = Field(default=None, max_length=32, description="Id of the row that the secret link is made from.")
    tries: int = 0
    last_error: str = Field(default="", max_length=300, description="Why the last try failed.")
    next_try_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)


class Share(SQLModel, table=True):
    """A revocable, expiring link to one result. The link's token follows from the id (``links``); only its SHA-256 is kept."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    analysis_id: str = Field(foreign_key="analysis.id", index=True, ondelete="CASCADE", max_length=32)
    owner_id: str = Field(foreign_key="owner.id", index=True, ondelete="CASCADE", max_length=32)
    token_sha256: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    opened: int = Field(default=0, description="How often it was opened.")
    last_opened_at: datetime | None = Field(default=None, sa_type=Moment)


class RoleLimits(SQLModel, table=True):
    """Limits of one role as the admins set them; they stand above the settings. An empty limit follows the settings."""

    role: str = Field(primary_key=True, max_length=LONGEST_ROLE)
    title: str = Field(default="", max_length=60)
    max_studies: int | None = Field(default=None, description="Studies at a time.")
    max_studies_total: int | None = Field(default=None, description="Studies ever made.")
    max_analyses: int | None = Field(default=None, description="Analyses at a time.")
    max_analyses_total: int | None = Field(default=None, description="Analyses ever made.")
    max_mib: int | None = Field(default=None, description="Disk space of files and results, in MiB.")
    max_running: int | None = Field(default=None, description="Analyses running at once.")
    max_queued: int | None = Field(default=None, description="Analyses waiting at once.")
    tools: list[str] | None = Field(default=None, sa_column=Column(JSON), description="Slugs of the tools it may use; empty means as set.")


class AuditEvent(SQLModel, table=True):
    """What somebody did, written in the transaction of the act and never changed (a trigger sees to that)."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=utcnow, sa_type=Moment, index=True)
    actor_id: str | None = Field(
        default=None, index=True, max_length=32, description="The owner who acted; no foreign key: it outlives them."
    )
    subject_id: str | None = Field(default=None, index=True, max_length=32, description="The owner whom it concerns.")
    session: str = Field(default="", max_length=16, description="Start of the session's hash; tells sessions apart, opens none.")
    network: str = Field(default="", max_length=64, description="Hash of the network address, with a salt that changes monthly.")
    tag: str = Field(max_length=64, index=True, description="As in 'account:login:failure'.")
    thing: str = Field(default="", max_length=160, description="What it was done to, as in 'analysis:<id>'.")
    outcome: str = Field(default="success", max_length=16)
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Announcement(SQLModel, table=True):
    """A sentence that every page shows for a while."""

    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(max_length=500)
    tone: str = Field(default="info", max_length=16, description="info, warning or error.")
    starts_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    ends_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)


class Fault(SQLModel, table=True):
    """Unhandled errors of one kind, counted; the admins get one mail for many."""

    fingerprint: str = Field(primary_key=True, max_length=64)
    title: str = Field(max_length=300)
    traceback: str = Field(default="", sa_column=Column(Text, nullable=False))
    count: int = 0
    first_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    last_at: datetime = Field(default_factory=utcnow, sa_type=Moment, index=True)
    mailed_at: datetime | None = Field(default=None, sa_type=Moment)
    mailed_count: int = 0


class Departed(SQLModel, table=True):
    """What was there and was deleted, as figures of use still need it: no name, no content, and an owner's id that leads to nobody."""

    __table_args__ = (Index("ix_departed_what_created", "what", "created_at"),)

    id: int | None = Field(default=None, primary_key=True)
    what: str = Field(max_length=8, description="person, study or analysis.")
    owner_id: str = Field(max_length=32, description="Tells people apart; no foreign key.")
    created_at: datetime = Field(sa_type=Moment, description="When it began, not when it went.")
    role: str = Field(default="", max_length=LONGEST_ROLE)
    institution: str = Field(default="", max_length=200)
    country: str = Field(default="", max_length=2)
    tool: str = Field(default="", max_length=64)
    failed: bool = False
    seconds: float = Field(default=0.0, description="Compute time.")
    bytes: int = Field(default=0, sa_type=BigInteger)
