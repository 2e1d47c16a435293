"""Everybody with an account."""

from typing import Any

from sqlalchemy import Select, func
from sqlmodel import col, or_, select
from starlette.requests import Request
from starlette_admin import BooleanField, IntegerField, row_action
from starlette_admin.flash import flash

from sciflask_reflex import quotas
from sciflask_reflex.account.deletion import erase
from sciflask_reflex.admin.acting import act, beside, changed, save
from sciflask_reflex.admin.fields import Choice, Moment, Size, Words
from sciflask_reflex.admin.shelf import Shelf
from sciflask_reflex.db import reading
from sciflask_reflex.identity import changing, people, session_list
from sciflask_reflex.identity.models import Account, LocalUser, Passkey, TotpSecret
from sciflask_reflex.models import Analysis, Owner, Role, Study, StudyInput

FORM = ("first_name", "last_name")


def role_choices(request: Request) -> list[tuple[str, str]]:
    """Return the roles that a person can have."""
    with reading() as session:
        return [(row.name, row.title) for row in quotas.roles(session) if row.name != Role.GUEST]


def _number(table: Any) -> Any:
    return select(func.count()).select_from(table).where(table.owner_id == Owner.id).correlate(Owner).scalar_subquery()


def _bytes() -> Any:
    files = (
        select(func.coalesce(func.sum(StudyInput.bytes), 0))
        .join(Study, col(Study.id) == col(StudyInput.study_id))
        .where(Study.owner_id == Owner.id)
        .correlate(Owner)
        .scalar_subquery()
    )
    results = (
        select(func.coalesce(func.sum(Analysis.result_bytes), 0)).where(Analysis.owner_id == Owner.id).correlate(Owner).scalar_subquery()
    )
    return files + results


def _second_factor() -> Any:
    by_code = select(TotpSecret.owner_id).where(TotpSecret.owner_id == Owner.id, col(TotpSecret.confirmed_at).is_not(None))
    by_key = select(Passkey.id).where(Passkey.owner_id == Owner.id)
    return or_(by_code.correlate(Owner).exists(), by_key.correlate(Owner).exists())


class People(Shelf):
    """Accounts with the person behind them. Guests have none, and are not here."""

    key, menu_label, display_name, icon = "people", "People", "Person", "fa-solid fa-users"
    table = Account
    columns = {
        "id": Account.owner_id, "name": Owner.name, "email": Account.email, "first_name": Account.first_name, "last_name": Account.last_name,
        "role": Owner.role, "institution": Account.institution, "country": Account.country,
        "confirmed": col(Account.confirmed_at).is_not(None), "enabled": LocalUser.enabled, "second_factor": _second_factor(),
        "created_at": Account.created_at, "seen_at": Owner.seen_at, "signed_in_at": Account.signed_in_at,
        "studies": _number(Study), "analyses": _number(Analysis), "bytes": _bytes(),
    }  # fmt: skip
    fields = [
        Words("id", label="Id", exclude_from_list=True),
        Words("name", label="Name", exclude_from_create=True, exclude_from_edit=True),
        Words("email", label="Email", required=True, exclude_from_edit=True),
        Words("first_name", label="First name", required=True, exclude_from_list=True),
        Words("last_name", label="Last name", required=True, exclude_from_list=True),
        Choice("role", label="Role", choices_loader=role_choices, default="user", required=True),
        Words("institution", label="Institution", exclude_from_create=True, exclude_from_edit=True),
        Words("country", label="Country", exclude_from_create=True, exclude_from_edit=True),
        BooleanField("confirmed", label="Address confirmed", exclude_from_create=True, exclude_from_edit=True),
        BooleanField("enabled", label="Enabled", exclude_from_create=True, exclude_from_edit=True),
        BooleanField("second_factor", label="Second factor", exclude_from_list=True, exclude_from_create=True, exclude_from_edit=True),
        IntegerField("studies", label="Studies", exclude_from_create=True, exclude_from_edit=True),
        IntegerField("analyses", label="Analyses", exclude_from_create=True, exclude_from_edit=True),
        Size("bytes", label="Disk space", exclude_from_create=True, exclude_from_edit=True),
        Moment("created_at", label="Created", exclude_from_create=True, exclude_from_edit=True),
        Moment("seen_at", label="Last seen", exclude_from_create=True, exclude_from_edit=True),
        Moment("signed_in_at", label="Last signed in", exclude_from_list=True, exclude_from_create=True, exclude_from_edit=True),
    ]  # fmt: skip
    found_by = ("name", "email", "institution")
    titled_by = "name"
    needed = ("enabled", "confirmed", "second_factor", "role", "first_name", "last_name")
    sortable_fields = ["name", "email", "role", "institution", "country", "created_at", "seen_at"]
    fields_default_sort = [("created_at", True)]
    row_actions = ["view", "edit", "enable", "disable", "confirm", "password", "factors", "sessions", "delete"]
    actions = ["delete"]

    def source(self, query: Select[Any]) -> Select[Any]:
        """Join each owner with the account and the credentials, of which one column is read: whether they are good."""
        with_account = query.select_from(Owner).join(Account, col(Account.owner_id) == col(Owner.id))
        return with_account.join(LocalUser, col(LocalUser.id) == col(Account.local_user_id))

    def can_create(self, request: Request) -> bool:
        """An admin may invite people."""
        return True

    def can_edit(self, request: Request) -> bool:
        """Name and role can be changed."""
        return True

    def can_delete(self, request: Request) -> bool:
        """Accounts can be deleted, with everything in them."""
        return True

    async def create(self, request: Request, data: dict[str, Any]) -> Any:
        """Make an account, whose owner gets a mail with a link to set the password."""

        def work() -> str:
            given = {name: str(data.get(name) or "") for name in ("first_name", "last_name", "role")}
            panel = {"panel_tag": "admin:person:create", "fields": "email,first_name,last_name,role"}
            return beside("account:create", lambda: people.create(str(data.get("email") or ""), **given), **panel)

        return await self.find_by_pk(request, await save(work, field="email"))

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:
        """Change role, then name: a refused role leaves everything as it was."""
        before = await self.find_by_pk(request, pk)
        names = {name: str(data.get(name) or "") for name in FORM}
        role = str(data.get("role") or "")
        log: dict[str, Any] = {"panel_tag": "admin:person:edit", "subject_id": str(pk), "thing": f"owner:{pk}"}

        def work() -> None:
            if role != before.role:
                beside("account:role:change", lambda: people.set_role(str(pk), role), fields="role", **log)
            if which := changed(before, names):
                rename = lambda: changing.change_name(str(pk), *names.values())  # noqa: E731 - it fits on the line
                beside("account:name:change", rename, fields=which, **log)

        await save(work, field="role")
        return await self.find_by_pk(request, pk)

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        """Delete accounts, one by one, as their owners would."""
        for pk in pks:
            await self._do("delete", "account:delete", str(pk), lambda pk=pk: erase(str(pk)))
        return len(pks)

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Any) -> bool:
        """Offer what would change something."""
        sense = {"enable": not obj.enabled, "disable": obj.enabled, "confirm": not obj.confirmed, "factors": obj.second_factor}
        return bool(sense.get(name, True)) and await super().is_row_action_allowed_for_obj(request, name, obj)

    @row_action("enable", "Enable", confirmation="Let this person in again?", submit_btn_text="Enable", icon_class="fa-solid fa-user-check")
    async def enable(self, request: Request, pk: Any) -> None:
        """Let somebody in again."""
        await self._do("edit", "account:enable", pk, lambda: people.set_enabled(pk, enabled=True), fields="enabled")
        flash(request, "This person can sign in again.", "success")

    @row_action(
        "disable", "Disable", confirmation="Keep this person out? Every session of theirs ends at once.", submit_btn_text="Disable",
        icon_class="fa-solid fa-user-slash",
    )  # fmt: skip
    async def disable(self, request: Request, pk: Any) -> None:
        """Keep somebody out."""
        await self._do("edit", "account:disable", pk, lambda: people.set_enabled(pk, enabled=False), fields="enabled")
        flash(request, "This person is signed out everywhere and cannot sign in.", "success")

    @row_action(
        "confirm", "Confirm address",
        confirmation="Take the address of this person for confirmed? The password counts then that was typed at registration: be sure that "
        "it was this person who registered.",
        submit_btn_text="Confirm", icon_class="fa-solid fa-envelope-circle-check",
    )  # fmt: skip
    async def confirm(self, request: Request, pk: Any) -> None:
        """Confirm somebody's address."""
        await self._do("edit", "account:email:confirm", pk, lambda: people.confirm(pk), fields="confirmed")
        flash(request, "The address counts as confirmed.", "success")

    @row_action(
        "password", "Mail a password link", confirmation="Write to this person how to set a new password?", submit_btn_text="Send",
        icon_class="fa-solid fa-key",
    )  # fmt: skip
    async def password(self, request: Request, pk: Any) -> None:
        """Mail a link to set a password."""
        await self._do("action", "account:password:reset:request", pk, lambda: people.send_password_link(pk), act="password link")
        flash(request, "The mail is on its way.", "success")

    @row_action(
        "factors", "Remove second factors", confirmation="Remove every second factor? Make sure that it is this person who asks.",
        submit_btn_text="Remove", icon_class="fa-solid fa-shield-halved",
    )  # fmt: skip
    async def factors(self, request: Request, pk: Any) -> None:
        """Take away second factors."""
        await self._do("action", "account:factor:remove", pk, lambda: people.reset_factors(pk), act="second factors")
        flash(request, "This person signs in by password alone, and was told so by mail.", "success")

    @row_action(
        "sessions", "Sign out everywhere", confirmation="End every session of this person?", submit_btn_text="End them",
        icon_class="fa-solid fa-right-from-bracket",
    )  # fmt: skip
    async def sessions(self, request: Request, pk: Any) -> None:
        """End every session of somebody."""
        await self._do("action", session_list.REVOKED, pk, lambda: session_list.revoke_all(pk), act="end sessions")
        flash(request, "Every session of this person has ended.", "success")

    async def _do(self, what: str, tag: str, pk: str, work: Any, **detail: str) -> None:
        panel = {"panel_tag": f"admin:person:{what}", "subject_id": pk, "thing": f"owner:{pk}", **detail}
        await act(lambda: beside(tag, work, **panel))
