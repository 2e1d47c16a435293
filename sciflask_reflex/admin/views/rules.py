"""Limits of roles, academic domains, announcements."""

from collections.abc import Callable
from typing import Any, ClassVar

from sqlalchemy import Select
from starlette.requests import Request
from starlette_admin import BooleanField, IntegerField, TextAreaField

from pipeline import tools
from sciflask_reflex import quotas
from sciflask_reflex.admin import rules
from sciflask_reflex.admin.acting import act, save
from sciflask_reflex.admin.fields import Choice, Moment, Words
from sciflask_reflex.admin.shelf import Shelf
from sciflask_reflex.identity.models import AcademicDomain
from sciflask_reflex.live.news import TONES
from sciflask_reflex.manage.announcements.service import LONGEST
from sciflask_reflex.manage.quotas.service import HIGHEST
from sciflask_reflex.models import Announcement, RoleLimits

EMPTY = "Empty: as in the settings. 0: no limit."


class Rules(Shelf):
    """A list whose rows admins make, change and delete."""

    table: ClassVar[Any]
    first_field: ClassVar[str]
    store: ClassVar[Callable[[str, dict[str, Any], bool], Any]]
    remove: ClassVar[Callable[[Any], None]]

    def source(self, query: Select[Any]) -> Select[Any]:
        """Return the rows."""
        return query.select_from(self.table)

    def can_create(self, request: Request) -> bool:
        """Admins make rows."""
        return True

    def can_edit(self, request: Request) -> bool:
        """Admins change rows."""
        return True

    def can_delete(self, request: Request) -> bool:
        """Admins delete rows."""
        return True

    async def create(self, request: Request, data: dict[str, Any]) -> Any:
        """Make a row."""
        key = await save(lambda: type(self).store(str(data.get(str(self.pk_attr)) or ""), data, True), field=self.first_field)
        return await self.find_by_pk(request, key)

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:
        """Change a row; its id stays."""
        await save(lambda: type(self).store(str(pk), data, False), field=self.first_field)
        return await self.find_by_pk(request, pk)

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        """Delete rows."""
        for row in await self.find_by_pks(request, pks):
            key = getattr(row, str(self.pk_attr))
            await act(lambda key=key: type(self).remove(key))
        return len(pks)


def _store_role(role: str, data: dict[str, Any], new: bool) -> str:  # noqa: FBT001 - see Rules.store
    rules.save_role(role, data, new=new)
    return role


def _store_announcement(number: str, data: dict[str, Any], new: bool) -> int:  # noqa: FBT001 - see Rules.store
    return rules.save_announcement(None if new else int(number), data)


class Roles(Rules):
    """Limits of roles as admins set them. Roles without a row here follow the settings."""

    key, menu_label, display_name, icon = "roles", "Roles", "Role", "fa-solid fa-id-badge"
    table, first_field, pk_attr, titled_by = RoleLimits, "role", "role", "role"
    columns = {name: getattr(RoleLimits, name) for name in ("role", "title", *quotas.NUMBERS, "tools")}
    fields = [
        Words("role", label="Role", required=True, help_text="guest, user, admin, or the name of a further role", exclude_from_edit=True),
        Words("title", label="Title", help_text="What people see; empty: the name."),
        *(IntegerField(name, label=quotas.TITLES[name], help_text=EMPTY, min=0, max=HIGHEST) for name in quotas.NUMBERS),
        Choice(
            "tools", label="Tools", multiple=True, select2=False, help_text="None chosen: as in the settings.",
            choices_loader=lambda _: [(slug, tool.title) for slug, tool in tools().items()],
        ),
    ]  # fmt: skip
    show_pk_in_forms = True
    found_by = ("role", "title")
    sortable_fields = ["role", "title"]
    fields_default_sort = ["role"]
    store = staticmethod(_store_role)
    remove = staticmethod(rules.delete_role)


class Domains(Rules):
    """Domains that this site adds to the list of institutions, or refuses."""

    key, menu_label, display_name, icon = "domains", "Academic domains", "Academic domain", "fa-solid fa-building-columns"
    table, first_field, pk_attr, titled_by = AcademicDomain, "domain", "domain", "domain"
    columns = {name: getattr(AcademicDomain, name) for name in ("domain", "allowed", "institution", "country", "note", "created_at")}
    fields = [
        Words("domain", label="Domain", required=True, help_text="As in ox.ac.uk; its sub-domains count.", exclude_from_edit=True),
        BooleanField("allowed", label="Allowed", default=True, help_text="Off: addresses under it are refused although they are listed."),
        Words("institution", label="Institution"),
        Words("country", label="Country", help_text="Two letters, as in GB."),
        Words("note", label="Note", help_text="Why, for the other admins."),
        Moment("created_at", label="Made", exclude_from_create=True, exclude_from_edit=True),
    ]
    show_pk_in_forms = True
    found_by = ("domain", "institution", "note")
    sortable_fields = ["domain", "institution", "country", "created_at"]
    fields_default_sort = ["domain"]
    store = staticmethod(lambda domain, data, new: rules.save_domain(domain, data, new=new))
    remove = staticmethod(rules.delete_domain)


class Announcements(Rules):
    """Sentences that every page shows for a while."""

    key, menu_label, display_name, icon = "announcements", "Announcements", "Announcement", "fa-solid fa-bullhorn"
    table, first_field, titled_by, number_ids = Announcement, "text", "text", True
    columns = {name: getattr(Announcement, name) for name in ("id", "text", "tone", "starts_at", "ends_at", "created_at")}
    fields = [
        Words("id", label="Number", exclude_from_list=True, exclude_from_create=True, exclude_from_edit=True),
        TextAreaField("text", label="Sentence", required=True, maxlength=LONGEST, detail_template="fields/structure.html"),
        Choice("tone", label="Tone", choices=[(tone, tone) for tone in TONES], default="info", required=True),
        Moment("starts_at", label="From", help_text="UTC; empty: now."),
        Moment("ends_at", label="Until", help_text="UTC; empty: until it is deleted."),
        Moment("created_at", label="Made", exclude_from_create=True, exclude_from_edit=True, exclude_from_list=True),
    ]
    found_by = ("text",)
    sortable_fields = ["starts_at", "ends_at"]
    fields_default_sort = [("starts_at", True)]
    store = staticmethod(_store_announcement)
    remove = staticmethod(rules.delete_announcement)
