"""Every address of the site, and a function to build each one that holds an id."""

HOME = "/"
LOGIN = "/login"
REGISTER = "/register"
RESET_PASSWORD = "/reset-password"  # noqa: S105 - an address, not a secret
RESET_SENT = "/reset-password/sent"
NEW_PASSWORD = "/reset-password/new"  # noqa: S105
REGISTER_SENT = "/register/sent"
CONFIRM = "/confirm"
CONFIRM_AGAIN = "/confirm/again"
SECOND_STEP = "/login/second-step"
PROFILE = "/profile"
ACCOUNT = "/account"
CONFIRM_EMAIL = "/confirm-email"
UPLOAD = "/upload"
TRY = "/try/[slug]"
STUDY_ANALYSE = "/studies/[study_id]/analyse"
ANALYSIS = "/analyses/[analysis_id]"
SHARED_PREFIX = "/r/"
SHARED = f"{SHARED_PREFIX}[token]"
TOOLS = "/tools"
TOOL = "/tools/[slug]"
HELP = "/help"
ABOUT = "/about"
TERMS = "/terms"
PRIVACY = "/privacy"

AUTH_LOGIN = "/auth/login"
AUTH_REGISTER = "/auth/register"
AUTH_LOGOUT = "/auth/logout"
AUTH_CONFIRM = "/auth/confirm"
AUTH_CONFIRM_AGAIN = "/auth/confirm-again"
AUTH_RESET = "/auth/reset-password"
AUTH_NEW_PASSWORD = "/auth/new-password"  # noqa: S105
AUTH_NAME = "/auth/name"
AUTH_EMAIL = "/auth/email"
AUTH_CONFIRM_EMAIL = "/auth/confirm-email"
AUTH_PASSWORD = "/auth/password"  # noqa: S105 - an address, not a secret
AUTH_TOKENS = "/auth/tokens"
AUTH_LOGOUT_ALL = "/auth/logout-everywhere"
AUTH_DELETE = "/auth/delete-account"
ADMIN = "/admin"
MANAGE = "/manage"
MANAGE_QUEUE = "/manage/queue"
MANAGE_FAILURES = "/manage/failures"
MANAGE_USAGE = "/manage/usage"
MANAGE_LOG = "/manage/audit"
MANAGE_ANNOUNCEMENTS = "/manage/announcements"
MANAGE_QUOTAS = "/manage/quotas"
MANAGE_MAIL = "/manage/mail"
MANAGE_FIGURES = "/manage/figures"
AUTH_HUMAN = "/auth/human"
AUTH_SECOND_STEP = "/auth/second-step"
AUTH_TOTP = "/auth/totp"
AUTH_RECOVERY_CODES = "/auth/recovery-codes"
AUTH_PASSKEYS = "/auth/passkeys"
PASSKEY_SIGN_IN = f"{AUTH_PASSKEYS}/sign-in"
PASSKEY_SECOND_STEP = f"{AUTH_PASSKEYS}/second-step"
PASSKEY_NEW = f"{AUTH_PASSKEYS}/new"
PASSKEY_REMOVE = f"{AUTH_PASSKEYS}/remove"
AUTH_OIDC = "/auth/oidc"
AUTH_OIDC_LINK = "/auth/oidc-link"
AUTH_OIDC_UNLINK = "/auth/oidc-unlink"
AUTH_OIDC_JOIN = "/auth/oidc-join"
AUTH_OIDC_CONFIRM = "/auth/oidc-confirm"
JOIN = "/register/provider"
JOIN_SENT = "/register/provider/sent"
JOIN_CONFIRM = "/register/provider/confirm"
AUTH_LOOK = "/auth/look"
AUTH_LOOK_STOP = "/auth/look/stop"
SITE_COLOURS = "/site/colours.css"
SITE_LOGO = "/site/logo"
SITE_LOGO_DARK = "/site/logo-dark"
MANUAL = "/manual"
FAVICON = "/favicon.ico"
API = "/api/v1"
EXPORT = f"{API}/me/export.zip"


def account_section(name: str) -> str:
    """Return where a section of the account page is; also the name under which its forms are answered."""
    return f"{ACCOUNT}#{name}"


def try_tool(slug: str) -> str:
    """Return where a visitor tries a tool with its example data."""
    return f"/try/{slug}"


def tool(slug: str) -> str:
    """Return the page of a tool."""
    return f"/tools/{slug}"


def example_file(slug: str, name: str) -> str:
    """Return where a file of a tool's example data is downloaded."""
    return f"{API}/tools/{slug}/examples/{name}"


def analyse(study_id: str) -> str:
    """Return the analysis form of a study."""
    return f"/studies/{study_id}/analyse"


def analysis(analysis_id: str) -> str:
    """Return the page of an analysis."""
    return f"/analyses/{analysis_id}"


def result_files(analysis_id: str) -> str:
    """Return below which address the files of a result are found."""
    return f"{API}/analyses/{analysis_id}/files"


def share_link(share_id: str) -> str:
    """Return where the owner's own page asks for the whole address of a private link."""
    return f"{API}/shares/{share_id}/link"


def live_files(slug: str, key: str) -> str:
    """Return below which address the files of a live result are found."""
    return f"{API}/tools/{slug}/live/{key}/files"


def live_bundle(slug: str, key: str) -> str:
    """Return where everything of a live result is downloaded."""
    return f"{API}/tools/{slug}/live/{key}/bundle.zip"


def bundle(analysis_id: str) -> str:
    """Return where everything that belongs to a result is downloaded."""
    return f"{API}/analyses/{analysis_id}/bundle.zip"


SERVED = ("assets", "external", "health", "live", "mcp", "metrics", "ping")
"""What the server answers that is neither page nor form."""


def kept() -> set[str]:
    """Return the first parts of all these addresses: they belong to the site, and no feature may live there."""
    return {*SERVED, *(value.split("/")[1] for value in globals().values() if isinstance(value, str) and value.startswith("/"))} - {""}
