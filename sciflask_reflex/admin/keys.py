"""What opens something, and how an admin ends it: links, tokens, sessions. What opens is never here, only that it exists."""

from sciflask_reflex.admin.acting import beside
from sciflask_reflex.identity import session_list, tokens
from sciflask_reflex.shares import service as shares


def revoke_share(share_id: str, *, owner_id: str) -> None:
    """End a link to a result at once; raises NotFound."""
    panel = {"panel_tag": "admin:share:action", "subject_id": owner_id, "thing": f"share:{share_id}", "act": "revoke"}
    beside("share:revoke", lambda: shares.revoke(share_id, owner_id=owner_id), **panel)


def revoke_token(token_id: str, *, owner_id: str) -> None:
    """End a token for programs at once; raises NotFound."""
    panel = {"panel_tag": "admin:token:action", "subject_id": owner_id, "thing": f"token:{token_id}", "act": "revoke"}
    beside("account:token:revoke", lambda: tokens.revoke(token_id, owner_id=owner_id), **panel)


def end_session(session_id: int, *, owner_id: str) -> None:
    """End a session at once; raises NotFound."""
    panel = {"panel_tag": "admin:session:action", "subject_id": owner_id, "thing": f"owner:{owner_id}", "act": "end"}
    beside(session_list.REVOKED, lambda: session_list.revoke(session_id, owner_id=owner_id), **panel)
