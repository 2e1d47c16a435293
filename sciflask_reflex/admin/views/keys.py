"""Tokens for programs, and sessions. Neither list knows what would open anything."""

from typing import Any

from sqlalchemy import Select
from sqlmodel import col
from starlette.requests import Request
from starlette_admin import BooleanField, row_action
from starlette_admin.flash import flash

from sciflask_reflex.admin import keys
from sciflask_reflex.admin.acting import act
from sciflask_reflex.admin.fields import Moment, Words
from sciflask_reflex.admin.shelf import Shelf
from sciflask_reflex.identity.models import Account, ApiToken, LocalAuthSession, SessionDetail


class Tokens(Shelf):
    """Tokens for programs."""

    key, menu_label, display_name, icon = "tokens", "API tokens", "Token", "fa-solid fa-terminal"
    table = ApiToken
    columns = {
        "id": ApiToken.id, "owner_id": ApiToken.owner_id, "name": ApiToken.name, "person": Account.email, "scope": ApiToken.scope,
        "created_at": ApiToken.created_at, "expires_at": ApiToken.expires_at, "last_used_at": ApiToken.last_used_at,
        "revoked_at": ApiToken.revoked_at,
    }  # fmt: skip
    fields = [
        Words("id", label="Id", exclude_from_list=True),
        Words("name", label="Name"),
        Words("person", label="Person"),
        Words("scope", label="Scope"),
        Moment("created_at", label="Made"),
        Moment("expires_at", label="Expires"),
        Moment("last_used_at", label="Last used"),
        Moment("revoked_at", label="Revoked"),
    ]
    found_by = ("name", "person")
    titled_by = "name"
    needed = ("owner_id", "revoked_at")
    sortable_fields = ["name", "person", "created_at", "expires_at", "last_used_at"]
    fields_default_sort = [("created_at", True)]
    row_actions = ["view", "revoke"]
    actions = []

    def source(self, query: Select[Any]) -> Select[Any]:
        """Join each token with its owner's account."""
        return query.select_from(ApiToken).join(Account, col(Account.owner_id) == col(ApiToken.owner_id))

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Any) -> bool:
        """Offer to revoke what is not revoked."""
        return (name != "revoke" or obj.revoked_at is None) and await super().is_row_action_allowed_for_obj(request, name, obj)

    @row_action("revoke", "Revoke", confirmation="End this token at once?", submit_btn_text="Revoke", icon_class="fa-solid fa-ban")
    async def revoke(self, request: Request, pk: Any) -> None:
        """End a token."""
        row = await self.find_by_pk(request, pk)
        if row is not None:
            await act(lambda: keys.revoke_token(row.id, owner_id=row.owner_id))
            flash(request, "The token is revoked.", "success")


class Sessions(Shelf):
    """Where people are signed in."""

    key, menu_label, display_name, icon = "sessions", "Sessions", "Session", "fa-solid fa-laptop"
    columns = {
        "id": LocalAuthSession.id, "owner_id": Account.owner_id, "person": Account.email, "browser": SessionDetail.browser,
        "network": SessionDetail.network, "method": SessionDetail.method, "remembered": SessionDetail.remembered,
        "created_at": SessionDetail.created_at, "seen_at": SessionDetail.seen_at, "expires_at": LocalAuthSession.expiration,
    }  # fmt: skip
    fields = [
        Words("id", label="Number", exclude_from_list=True),
        Words("person", label="Person"),
        Words("browser", label="Browser"),
        Words("network", label="Network"),
        Words("method", label="Signed in by"),
        BooleanField("remembered", label="Remembered"),
        Moment("created_at", label="Since"),
        Moment("seen_at", label="Last seen"),
        Moment("expires_at", label="Ends"),
    ]
    found_by = ("person", "browser")
    titled_by = "person"
    needed = ("owner_id",)
    number_ids = True
    sortable_fields = ["person", "created_at", "seen_at"]
    fields_default_sort = [("seen_at", True)]
    row_actions = ["view", "end"]
    actions = []

    def source(self, query: Select[Any]) -> Select[Any]:
        """Join each session with its account, and with what is known of it."""
        with_account = query.select_from(LocalAuthSession).join(Account, col(Account.local_user_id) == col(LocalAuthSession.user_id))
        return with_account.join(SessionDetail, col(SessionDetail.session_sha256) == col(LocalAuthSession.session_id))

    @row_action(
        "end", "End", confirmation="End this session at once?", submit_btn_text="End it", icon_class="fa-solid fa-right-from-bracket"
    )
    async def end(self, request: Request, pk: Any) -> None:
        """End a session."""
        row = await self.find_by_pk(request, pk)
        if row is not None:
            await act(lambda: keys.end_session(row.id, owner_id=row.owner_id))
            flash(request, "The session has ended.", "success")
