"""The composition root: every page on one screen, the features, the API, the guards and the lifespan tasks."""

from functools import partial

import reflex as rx
from starlette.applications import Starlette

from pipeline import tools
from sciflask_reflex import routes
from sciflask_reflex.account import page as account
from sciflask_reflex.account.confirm_page import confirm_email
from sciflask_reflex.account.confirm_state import ConfirmEmailState
from sciflask_reflex.account.factors_http import ROUTES as FACTOR_ROUTES
from sciflask_reflex.account.http import ROUTES as SETTINGS_ROUTES
from sciflask_reflex.account.identities_http import ROUTES as IDENTITY_ROUTES
from sciflask_reflex.admin.site import admin_panel
from sciflask_reflex.agents.server import Agents
from sciflask_reflex.analyses import form_page, form_state
from sciflask_reflex.analyses import page as analyses
from sciflask_reflex.analyses import service as analyses_service
from sciflask_reflex.analyses import state as analyses_state
from sciflask_reflex.api.app import api_app
from sciflask_reflex.entry import mail_page as entry_mail
from sciflask_reflex.entry import oidc_page
from sciflask_reflex.entry import page as entry
from sciflask_reflex.entry.http import ROUTES as ACCOUNT_ROUTES
from sciflask_reflex.entry.human_http import ROUTES as HUMAN_ROUTES
from sciflask_reflex.entry.institution_state import InstitutionState
from sciflask_reflex.entry.oidc_http import ROUTES as OIDC_ROUTES
from sciflask_reflex.entry.oidc_state import OidcState
from sciflask_reflex.entry.second_step_http import ROUTES as SECOND_STEP_ROUTES
from sciflask_reflex.entry.second_step_page import second_step
from sciflask_reflex.entry.second_step_state import SecondStepState
from sciflask_reflex.entry.state import EntryState
from sciflask_reflex.feature import Feature, Page
from sciflask_reflex.feature.check import check
from sciflask_reflex.feature.found import installed
from sciflask_reflex.feature.place import furnish, pages_of, routes_of
from sciflask_reflex.gallery.feature import feature as gallery
from sciflask_reflex.gate import Gate, check_policy
from sciflask_reflex.help import page as help_pages
from sciflask_reflex.help.state import TextState
from sciflask_reflex.http.broken import broken
from sciflask_reflex.http.guards import guards
from sciflask_reflex.http.imprint import ROUTES as IMPRINT_ROUTES
from sciflask_reflex.http.manual import ROUTES as MANUAL_ROUTES
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.identity.sweeping import sweep_for_ever
from sciflask_reflex.identity.threads import carry_context
from sciflask_reflex.instant.lifespan import keep_warm
from sciflask_reflex.instant.state import InstantState
from sciflask_reflex.landing import page as landing
from sciflask_reflex.landing import state as landing_state
from sciflask_reflex.landing import try_page
from sciflask_reflex.live.announce import announce
from sciflask_reflex.live.listener import Listener, Watched
from sciflask_reflex.live.news_state import NewsState, apply_news
from sciflask_reflex.live.state import LiveState
from sciflask_reflex.manage import pages as manage
from sciflask_reflex.manage.http import ROUTES as MANAGE_ROUTES
from sciflask_reflex.manage.queue.service import board
from sciflask_reflex.manage.queue.state import apply_to_queue
from sciflask_reflex.profile import page as profile
from sciflask_reflex.profile import state as profile_state
from sciflask_reflex.quotas import refuse_unknown_tools
from sciflask_reflex.settings import settings
from sciflask_reflex.shares import page as shares
from sciflask_reflex.shares import state as shares_state
from sciflask_reflex.shares.view import guest_note, share_button
from sciflask_reflex.shell.faults import boundary, connection_lost, report_fault
from sciflask_reflex.shell.theme import STYLESHEETS, head
from sciflask_reflex.studies import page as studies
from sciflask_reflex.studies import state as studies_state
from sciflask_reflex.tools import page as tool_pages
from sciflask_reflex.tools.state import ToolsState

OWN_PAGES = (
    Page(routes.HOME, landing.landing, landing.headline()),
    Page(routes.TRY, try_page.try_example, "Example", (landing_state.TryState.begin,)),
    Page(routes.LOGIN, entry.login, "Sign in", (EntryState.load_login, OidcState.load)),
    Page(routes.SECOND_STEP, second_step, "Second step", (SecondStepState.load,)),
    Page(routes.REGISTER, entry.register, "Create account", (EntryState.load_register, InstitutionState.load, OidcState.load)),
    Page(routes.JOIN, oidc_page.join, "A few words about you", (OidcState.load_join,)),
    Page(routes.JOIN_SENT, oidc_page.join_sent, "Open the mail in this browser", (OidcState.load_join_sent,)),
    Page(routes.JOIN_CONFIRM, oidc_page.join_confirm, "Confirm and create account", (OidcState.load_join_confirm,)),
    Page(routes.REGISTER_SENT, entry_mail.register_sent, "Read your mail", (EntryState.load_register_sent,)),
    Page(routes.CONFIRM, entry_mail.confirm, "Confirm your address", (EntryState.load_confirm,)),
    Page(routes.CONFIRM_AGAIN, entry_mail.confirm_again, "Send the mail again", (EntryState.load_confirm_again,)),
    Page(routes.RESET_PASSWORD, entry_mail.reset_password, "Forgotten password", (EntryState.load_reset,)),
    Page(routes.RESET_SENT, entry_mail.reset_sent, "A mail for a new password", (EntryState.load_reset_sent,)),
    Page(routes.NEW_PASSWORD, entry_mail.new_password, "New password", (EntryState.load_new_password,)),
    Page(routes.PROFILE, profile.profile, "My work", (profile_state.ProfileState.load,)),
    Page(routes.ACCOUNT, account.account, "Account settings", account.LOADS),
    Page(routes.CONFIRM_EMAIL, confirm_email, "Confirm your new address", (ConfirmEmailState.load,)),
    Page(routes.UPLOAD, studies.upload, "New study", (studies_state.StudyUploadState.load,)),
    Page(routes.STUDY_ANALYSE, form_page.analyse, "New analysis", (form_state.AnalysisFormState.load,)),
    Page(
        routes.ANALYSIS,
        analyses.analysis_page(share_button, guest_note),
        "Analysis",
        (analyses_state.AnalysisState.load, shares_state.ShareState.load),
    ),
    Page(routes.SHARED, shares.shared, "Shared result", (shares_state.SharedState.load,)),
    Page(routes.TOOLS, tool_pages.index, "Tools", (ToolsState.load,)),
    *(
        Page(
            routes.tool(tool.slug),
            lambda tool=tool: tool_pages.tool_page(tool),
            tool.title,
            (ToolsState.load, *((InstantState.open(tool.slug),) if tool.live else ())),
        )
        for tool in tools().values()
    ),
    Page(routes.HELP, help_pages.help_page, "Help"),
    Page(routes.ABOUT, help_pages.about, "About"),
    Page(routes.TERMS, help_pages.terms, "Terms and conditions", (TextState.load_terms,)),
    Page(routes.PRIVACY, help_pages.privacy, "Privacy", (TextState.load_privacy,)),
    *manage.PAGES,
    Page("404", help_pages.not_found, "Nothing here"),
)


def _load(owner_id: str, analysis_id: str) -> analyses_service.AnalysisRow:
    return analyses_service.get(analysis_id, owner_id=owner_id)


agents = Agents()
OWN_ROUTES = (
    *ACCOUNT_ROUTES,
    *HUMAN_ROUTES,
    *SECOND_STEP_ROUTES,
    *SETTINGS_ROUTES,
    *FACTOR_ROUTES,
    *OIDC_ROUTES,
    *IDENTITY_ROUTES,
    *MANAGE_ROUTES,
    *IMPRINT_ROUTES,
    *MANUAL_ROUTES,
)
FEATURES = (
    Feature("site", "", OWN_PAGES, OWN_ROUTES),
    gallery,
    *installed(),
)
"""What the site is made of: the site's own pages, then a line for each feature (docs/extending.md)."""
check(FEATURES)
furnish(FEATURES)
PAGES, FORMS = pages_of(FEATURES), routes_of(FEATURES)
ADMIN_VIEWS = [view for feature in FEATURES for view in feature.admin_views]

app = rx.App(
    stylesheets=STYLESHEETS,
    head_components=head(),
    api_transformer=[
        Starlette(routes=FORMS, exception_handlers={Exception: broken}),
        api_app(),
        agents.app(),
        partial(admin_panel, added=ADMIN_VIEWS),
        guards,
    ],
    backend_exception_handler=report_fault,
)
app.app_wraps |= {(55, "ErrorBoundary"): boundary, (5, "Overlay"): connection_lost}
for page in PAGES:
    app.add_page(
        page.draw,
        route=page.path,
        title=f"{page.title} · {settings().site_name}",
        on_load=[SessionState.load, LiveState.join, NewsState.load, *page.load],
    )
app.add_middleware(Gate())
app.register_lifespan_task(carry_context)
app.register_lifespan_task(sweep_for_ever)
_appliers = (analyses_state.apply_to_page, profile_state.apply_to_profile, announce, apply_news)
app.register_lifespan_task(Listener(app, _load, _appliers, Watched(board, apply_to_queue)).run)
for task in (agents.run, keep_warm, *(task for feature in FEATURES for task in feature.lifespan)):
    app.register_lifespan_task(task)
check_policy()
refuse_unknown_tools(tools())
