"""What opens something, and how an admin ends it: links, tokens, sessions. What opens is never here, only that it exists."""

from sqlmodel import select

from sciflask_reflex import audit
from sciflask_reflex.admin.acting import beside
from sciflask_reflex.db import writing
from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity import session_list, tokens
from sciflask_reflex.models import Share, utcnow


def revoke_share(share_id: str, *, owner_id: str) -> None:
    """End a link to a result at once; raises NotFound."""
    with writing() as session:
        share = session.exec(select(Share).where(Share.id == share_id, Share.owner_id == owner_id)).one_or_none()
        if share is None:
            raise NotFound("link")
        if share.revoked_at is None:
            share.revoked_at = utcnow()
            about = {"subject_id": owner_id, "thing": f"share:{share_id}"}
            audit.record(session, "share:revoke", **about)
            audit.record(session, "admin:share:action", act="revoke", **about)


def revoke_token(token_id: str, *, owner_id: str) -> None:
    """End a token for programs at once; raises NotFound."""
    panel = {"panel_tag": "admin:token:action", "subject_id": owner_id, "thing": f"token:{token_id}", "act": "revoke"}
    beside("account:token:revoke", lambda: tokens.revoke(token_id, owner_id=owner_id), **panel)


def end_session(session_id: int, *, owner_id: str) -> None:
    """End a session at once; raises NotFound."""
    panel = {"panel_tag": "admin:session:action", "subject_id": owner_id, "thing": f"owner:{owner_id}", "act": "end"}
    beside(session_list.REVOKED, lambda: session_list.revoke(session_id, owner_id=owner_id), **panel)
