"""The addresses of sign-in by a provider: the way there, the way back, and what a newcomer has to say first."""

from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from sciflask_reflex import audit, routes
from sciflask_reflex.entry.arriving import arrive, browser_of
from sciflask_reflex.entry.forms import Join, Link
from sciflask_reflex.errors import Invalid, Refused, SciflaskError, SignInNeeded
from sciflask_reflex.http.asgi import cookie
from sciflask_reflex.http.flash import Flash, set_flash
from sciflask_reflex.http.forms import Form
from sciflask_reflex.http.origin import ours
from sciflask_reflex.http.posting import FOREIGN, Onward, Visitor, go, submit, visitor_of
from sciflask_reflex.identity.factors.ticket import set_ticket
from sciflask_reflex.identity.oidc import flow, joining, linking
from sciflask_reflex.identity.principal import ONLY_LOOKING
from sciflask_reflex.identity.same_site import same_site
from sciflask_reflex.providers import Provider

IDENTITIES = routes.account_section("identities")
WELCOME = "Your account is ready, and you are signed in. Welcome."
LINKED = "{title} opens your account from now on."
LINK_HERE = "This identity opens no account yet. Link it with yours below, if you want that."
OTHER_ACCOUNT = "This identity opens another account. Sign out first, to sign in there."


async def start(request: Request) -> Response:
    """Send somebody to a provider, from a form of ours."""
    if not ours(request.scope):
        return PlainTextResponse(FOREIGN, 403)
    try:
        form = await Form.read(request)
        begun = await run_in_threadpool(
            lambda: flow.begin(flow.provider_of(request.path_params["slug"]), next_path=same_site(form.next, ""))
        )
    except SciflaskError as refusal:
        return go(routes.LOGIN, set_flash(Flash(routes.LOGIN, refusal.sentence)))
    return leaving(begun)


async def callback(request: Request) -> Response:
    """Take somebody back from a provider: in, to their second step, to the form of newcomers, or to a sentence that says what is wrong."""
    visitor = await visitor_of(request)
    kept = cookie(request.scope, flow.COOKIE) or ""
    query = dict(request.query_params)
    page = IDENTITIES if visitor.principal.signed_in else routes.LOGIN
    try:
        onward = await run_in_threadpool(lambda: _come_back(request.path_params["slug"], query, kept, visitor))
    except SciflaskError as refusal:
        answer = go(page, set_flash(Flash(page, _sentence(refusal))), flow.clear_cookie())
        answer.headers["referrer-policy"] = "no-referrer"
        return answer
    told = (set_flash(Flash(onward.path, onward.sentence, tone="ok")),) if onward.sentence else ()
    answer = go(onward.path, *onward.cookies, *told, flow.clear_cookie())
    answer.headers["referrer-policy"] = "no-referrer"  # the address holds the provider's code
    return answer


async def join(request: Request) -> Response:
    """Make an account for somebody who came by a provider, or write to the address that they gave."""
    kept = cookie(request.scope, joining.PENDING_COOKIE) or ""
    return await submit(request, Join, routes.JOIN, lambda form, visitor: _join(form, visitor, kept))


async def confirm(request: Request) -> Response:
    """Make the account of somebody whose address was proved by our mail."""
    kept = cookie(request.scope, joining.CONFIRM_COOKIE) or ""

    def act(form: Link, visitor: Visitor) -> Onward:
        signed = joining.confirm(form.token, kept, browser_of(visitor), guest=visitor.principal)
        return _with(arrive(signed, visitor, sentence=WELCOME), joining.clear_cookies())

    return await submit(request, Link, routes.JOIN_CONFIRM, act)


def leaving(begun: flow.Begun) -> Response:
    """Answer with a page that leads away. No redirect: our policy lets forms lead to this site only, redirects included."""
    address = escape(begun.address, quote=True)
    body = f'<!doctype html><html lang="en"><title>One moment</title><p><a href="{address}" rel="noreferrer">Continue</a></p></html>'
    headers = {"refresh": f"0; url={begun.address}", "cache-control": "no-store", "referrer-policy": "no-referrer"}
    answer = HTMLResponse(body, 200, headers)
    answer.headers.append("set-cookie", begun.cookie)
    return answer


def _come_back(slug: str, query: dict[str, str], kept: str, visitor: Visitor) -> Onward:
    provider = flow.provider_of(slug)
    back = flow.come_back(provider, query, kept)
    me = visitor.principal
    if me.viewed_by:
        raise Refused(ONLY_LOOKING)
    with audit.acting(visitor.actor):
        if back.link_owner:
            return _link(provider, back, visitor)
        owner_id = linking.owner_of(back.identity)
        if me.signed_in:
            return _signed_in_already(back, visitor, owner_id)
        if not owner_id:
            return _stranger(provider, back)
        entry = linking.sign_in(owner_id, back.identity, browser_of(visitor), next_path=back.next, guest=me)
        if isinstance(entry, str):
            return Onward(routes.SECOND_STEP, (set_ticket(entry),))
        return arrive(entry, visitor, back.next)


def _link(provider: Provider, back: flow.Back, visitor: Visitor) -> Onward:
    """Link, if the person who proved themselves a moment ago is still the one who is here."""
    if visitor.principal.owner_id != back.link_owner:
        raise SignInNeeded
    linking.link(back.link_owner, back.identity, provider.title)
    return Onward(IDENTITIES, sentence=LINKED.format(title=provider.title))


def _signed_in_already(back: flow.Back, visitor: Visitor, owner_id: str) -> Onward:
    if owner_id and owner_id != visitor.principal.owner_id:
        raise Refused(OTHER_ACCOUNT)
    if owner_id:
        return Onward(same_site(back.next))
    return Onward(IDENTITIES, (joining.remember(back.identity),), LINK_HERE)


def _stranger(provider: Provider, back: flow.Back) -> Onward:
    """Lead to the form of newcomers; or to the sign-in page, where the proved address has an account. Nothing is linked by itself."""
    cookies = (joining.remember(back.identity),)
    address = joining.proved_address(provider, back.identity)
    if address and joining.is_taken(address):
        sentence = (
            f"There is an account with {address} already. Sign in to it; then you can link {provider.title} in your account settings."
        )
        return Onward(routes.LOGIN, cookies, sentence)
    return Onward(routes.JOIN, cookies)


def _join(form: Join, visitor: Visitor, kept: str) -> Onward:
    identity = joining.pending(kept)
    provider = flow.provider_of(identity.provider)
    typed = joining.Joining(
        joining.proved_address(provider, identity) or form.email, form.first_name, form.last_name, accepted_terms=form.terms == "on"
    )
    entry = joining.join(provider, identity, typed, browser_of(visitor), guest=visitor.principal)
    if isinstance(entry, str):
        return Onward(routes.JOIN_SENT, (entry,), values={"email": typed.email})
    return _with(arrive(entry, visitor, sentence=WELCOME), joining.clear_cookies())


def _with(onward: Onward, cookies: tuple[str, ...]) -> Onward:
    return Onward(onward.path, (*onward.cookies, *cookies), onward.sentence, onward.values)


def _sentence(refusal: SciflaskError) -> str:
    return next(iter(refusal.fields.values()), refusal.sentence) if isinstance(refusal, Invalid) else refusal.sentence


ROUTES = [
    Route(f"{routes.AUTH_OIDC}/{{slug}}", start, methods=["POST"]),
    Route(f"{routes.AUTH_OIDC}/{{slug}}/callback", callback, methods=["GET"]),
    Route(routes.AUTH_OIDC_JOIN, join, methods=["POST"]),
    Route(routes.AUTH_OIDC_CONFIRM, confirm, methods=["POST"]),
]
