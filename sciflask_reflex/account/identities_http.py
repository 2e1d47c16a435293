"""The addresses by which a person lets a provider open the account, or no longer."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sciflask_reflex import routes
from sciflask_reflex.account.forms import LinkIdentity, Proof, UnlinkIdentity
from sciflask_reflex.entry.oidc_http import IDENTITIES, LINKED, leaving
from sciflask_reflex.errors import Invalid, SciflaskError, SignInNeeded
from sciflask_reflex.http.asgi import cookie
from sciflask_reflex.http.flash import Flash, set_flash
from sciflask_reflex.http.origin import ours
from sciflask_reflex.http.posting import FOREIGN, Onward, Visitor, act_as, go, submit, visitor_of
from sciflask_reflex.identity.oidc import flow, joining, linking
from sciflask_reflex.identity.same_site import sign_in_path

PENDING = "pending"
"""In place of a provider's name: the identity that this browser came back with."""
UNLINKED = "It does not open your account any more."


async def link(request: Request) -> Response:
    """Send a person who proved themselves to a provider, to link who they are there; or link who they came back as."""
    if not ours(request.scope):
        return PlainTextResponse(FOREIGN, 403)
    kept = cookie(request.scope, joining.PENDING_COOKIE) or ""
    try:
        form = await LinkIdentity.read(request)
        visitor = await visitor_of(request)
        await act_as(form, visitor, Proof.require, signed_in=True)
        if form.provider == PENDING:
            sentence = await act_as(form, visitor, lambda _, who: _link_pending(kept, who), signed_in=True)
            return go(IDENTITIES, set_flash(Flash(IDENTITIES, sentence, tone="ok")), *joining.clear_cookies())
        owner_id = visitor.principal.owner_id
        return leaving(await run_in_threadpool(lambda: flow.begin(flow.provider_of(form.provider), link_owner=owner_id)))
    except SignInNeeded:
        return go(sign_in_path(routes.ACCOUNT))
    except SciflaskError as refusal:
        faults = refusal.fields if isinstance(refusal, Invalid) else {}
        return go(IDENTITIES, set_flash(Flash(IDENTITIES, refusal.sentence, faults)))


async def unlink(request: Request) -> Response:
    """Take an identity off the account."""
    return await submit(request, UnlinkIdentity, IDENTITIES, _unlink, signed_in=True)


def _link_pending(kept: str, visitor: Visitor) -> str:
    identity = joining.pending(kept)
    provider = flow.provider_of(identity.provider)
    linking.link(visitor.principal.owner_id, identity, provider.title)
    return LINKED.format(title=provider.title)


def _unlink(form: UnlinkIdentity, visitor: Visitor) -> Onward:
    form.require(visitor)
    linking.unlink(form.identity, owner_id=visitor.principal.owner_id)
    return Onward(IDENTITIES, sentence=UNLINKED)


ROUTES = [
    Route(routes.AUTH_OIDC_LINK, link, methods=["POST"]),
    Route(routes.AUTH_OIDC_UNLINK, unlink, methods=["POST"]),
]
