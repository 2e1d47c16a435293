"""How a browser goes on once somebody is signed in, by whichever door they came."""

from sciflask_reflex import routes
from sciflask_reflex.http.posting import Onward, Visitor
from sciflask_reflex.identity.factors.ticket import clear_ticket
from sciflask_reflex.identity.same_site import same_site
from sciflask_reflex.identity.sessions import close_session
from sciflask_reflex.identity.signing_in import Browser, Signed, cookies_of


def browser_of(visitor: Visitor) -> Browser:
    """Return where a form came from."""
    return Browser(visitor.ip, visitor.user_agent, visitor.device)


def arrive(signed: Signed, visitor: Visitor, next_path: str = "", *, sentence: str = "") -> Onward:
    """Go on with a new session; the one that the browser had before ends, and so does the ticket of a second step."""
    close_session(visitor.token)
    path = same_site(next_path, routes.PROFILE)
    return Onward(path, (*cookies_of(signed), clear_ticket()), sentence)
