"""What the site writes down by itself: the log, mails, faults. To be read, and nothing else."""

from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import aliased
from sqlmodel import col
from starlette_admin import IntegerField

from sciflask_reflex.admin.fields import Choice, Moment, Structure, Words
from sciflask_reflex.admin.shelf import Shelf
from sciflask_reflex.admin.wording import person
from sciflask_reflex.models import AuditEvent, Fault, Mail, MailKind, Owner

_ACTOR, _SUBJECT = aliased(Owner), aliased(Owner)


class Log(Shelf):
    """Who did what. Hashes of sessions and networks stay in the database."""

    key, menu_label, display_name, icon = "audit", "Audit log", "Audit", "fa-solid fa-list-check"
    table = AuditEvent
    columns = {
        "id": AuditEvent.id, "at": AuditEvent.at, "tag": AuditEvent.tag, "actor": person(_ACTOR), "subject": person(_SUBJECT),
        "actor_id": AuditEvent.actor_id, "subject_id": AuditEvent.subject_id, "thing": AuditEvent.thing, "outcome": AuditEvent.outcome,
        "detail": AuditEvent.detail,
    }  # fmt: skip
    fields = [
        Words("id", label="Number", exclude_from_list=True),
        Moment("at", label="When"),
        Words("tag", label="What"),
        Words("actor", label="Who"),
        Words("subject", label="Whose"),
        Words("thing", label="Thing"),
        Words("outcome", label="Outcome"),
        Words("actor_id", label="Id of who", exclude_from_list=True),
        Words("subject_id", label="Id of whose", exclude_from_list=True),
        Structure("detail", label="Detail", detail_template="fields/structure.html"),
    ]
    found_by = ("tag", "actor", "subject", "thing")
    titled_by = "tag"
    number_ids = True
    sortable_fields = ["at"]
    fields_default_sort = [("at", True)]
    row_actions = ["view"]
    actions = []

    def source(self, query: Select[Any]) -> Select[Any]:
        """Join each line with who acted and whom it concerns, as far as they are still there."""
        with_actor = query.select_from(AuditEvent).outerjoin(_ACTOR, col(_ACTOR.id) == col(AuditEvent.actor_id))
        return with_actor.outerjoin(_SUBJECT, col(_SUBJECT.id) == col(AuditEvent.subject_id))


class Mails(Shelf):
    """What was written to whom, without what it says."""

    key, menu_label, display_name, icon = "mails", "Mails", "Mail", "fa-solid fa-envelope"
    table = Mail
    columns = {
        "id": Mail.id, "to": Mail.to, "subject": Mail.subject, "kind": Mail.kind, "tries": Mail.tries, "created_at": Mail.created_at,
        "next_try_at": Mail.next_try_at, "sent_at": Mail.sent_at,
    }  # fmt: skip
    fields = [
        Words("id", label="Id", exclude_from_list=True),
        Words("to", label="To"),
        Words("subject", label="Subject"),
        Choice("kind", label="Kind", choices=[(each.value, each.value) for each in MailKind]),
        IntegerField("tries", label="Tries"),
        Moment("created_at", label="Written"),
        Moment("next_try_at", label="Next try", exclude_from_list=True),
        Moment("sent_at", label="Sent"),
    ]
    found_by = ("to", "subject")
    titled_by = "subject"
    sortable_fields = ["to", "created_at", "sent_at", "tries"]
    fields_default_sort = [("created_at", True)]
    row_actions = ["view"]
    actions = []

    def source(self, query: Select[Any]) -> Select[Any]:
        """Return the mails."""
        return query.select_from(Mail)


class Faults(Shelf):
    """Errors that nobody foresaw, counted."""

    key, menu_label, display_name, icon = "faults", "Faults", "Fault", "fa-solid fa-bug"
    table = Fault
    columns = {
        "fingerprint": Fault.fingerprint, "title": Fault.title, "traceback": Fault.traceback, "count": Fault.count,
        "first_at": Fault.first_at, "last_at": Fault.last_at, "mailed_at": Fault.mailed_at,
    }  # fmt: skip
    fields = [
        Words("fingerprint", label="Fingerprint", exclude_from_list=True, exclude_from_export=True),
        Words("title", label="Fault"),
        IntegerField("count", label="How often"),
        Moment("first_at", label="First"),
        Moment("last_at", label="Last"),
        Moment("mailed_at", label="Mailed"),
        Structure("traceback", label="Traceback", exclude_from_list=True, exclude_from_export=True),
    ]
    pk_attr = "fingerprint"
    found_by = ("title",)
    titled_by = "title"
    sortable_fields = ["count", "first_at", "last_at"]
    fields_default_sort = [("last_at", True)]
    row_actions = ["view"]
    actions = []

    def source(self, query: Select[Any]) -> Select[Any]:
        """Return the faults."""
        return query.select_from(Fault)
