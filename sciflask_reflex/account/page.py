"""The account page: sections one below the other, and a list of them beside. A section comes from a view of its own."""

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.account.activity_state import ActivityState
from sciflask_reflex.account.activity_view import activity
from sciflask_reflex.account.data_view import data
from sciflask_reflex.account.details_view import details
from sciflask_reflex.account.factors_state import FactorsState
from sciflask_reflex.account.factors_view import passkeys, second_step
from sciflask_reflex.account.identities_state import IdentitiesState
from sciflask_reflex.account.identities_view import identities
from sciflask_reflex.account.mails_state import MailsState
from sciflask_reflex.account.mails_view import mails
from sciflask_reflex.account.parts import Section, section, way_to
from sciflask_reflex.account.password_view import email, password
from sciflask_reflex.account.scroll_to_form import scroll_to_form
from sciflask_reflex.account.sessions_state import SessionsState
from sciflask_reflex.account.sessions_view import sessions
from sciflask_reflex.account.state import AccountState
from sciflask_reflex.account.tokens_state import TokensState
from sciflask_reflex.account.tokens_view import tokens
from sciflask_reflex.shell.feedback import button_link
from sciflask_reflex.shell.frame import page_frame

SECTIONS: tuple[Section, ...] = (
    Section("details", "Details", "Who you are on this site.", details(), "You"),
    Section("email", "Email", "We write to the new address first; nothing changes until its link is opened.", email()),
    Section(
        "password", "Password", "A new password ends all your other sessions and every link that we mailed you.", password(), "Signing in"
    ),
    Section("second-step", "Second step", "Besides your password, a code that only you have. Strongly advised.", second_step()),
    Section(
        "passkeys", "Passkeys", "Sign in with your device's fingerprint, face or PIN; nothing to remember, nothing to steal.", passkeys()
    ),
    Section("identities", "Linked identities", "Who you are elsewhere, and may sign in as here.", identities()),
    Section(
        "sessions", "Sessions", "Where you are signed in. A session that you do not know: end it, and change your password.", sessions()
    ),
    Section("tokens", "API tokens", "Keys for scripts and other programs.", tokens(), "Use"),
    Section("mails", "Mails", "Which mails you want. A choice counts at once.", mails()),
    Section("activity", "Activity", "What happened in your account. Kept for 400 days.", activity(), "Records"),
    Section("data", "Your data", "Everything here is yours: take it along, or have it removed.", data()),
)
"""In the order of the page. Forms post to /auth/... with the page path ``routes.ACCOUNT#<id>``."""

LOADS = (
    AccountState.load,
    FactorsState.load,
    IdentitiesState.load,
    SessionsState.load,
    TokensState.load,
    MailsState.load,
    ActivityState.load,
    AccountState.finish,
)
"""What the page loads; a section with a state of its own adds its load before the last."""


@page_frame()
def account() -> rx.Component:
    """Show the settings of the person who looks."""
    return rx.el.div(
        rx.el.div(
            rx.el.div(rx.el.h1("Account settings"), rx.el.p("Who you are, how you sign in, and what we keep of you."), class_name="grow"),
            button_link("My work", routes.PROFILE, icon="layers"),
            class_name="page-head",
        ),
        rx.el.div(way_to(SECTIONS), rx.el.div(*[section(it) for it in SECTIONS], class_name="stack l"), class_name="with-nav"),
        scroll_to_form(form=AccountState.form, ready=AccountState.ready),
    )
