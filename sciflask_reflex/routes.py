"""Every address of the site, and a function to build each one that holds an id."""

HOME = "/"
LOGIN = "/login"
REGISTER = "/register"
RESET_PASSWORD = "/reset-password"  # noqa: S105 - an address, not a secret
PROFILE = "/profile"
ACCOUNT = "/account"
CONFIRM_EMAIL = "/confirm-email"
UPLOAD = "/upload"
TRY = "/try/[slug]"
STUDY_ANALYSE = "/studies/[study_id]/analyse"
ANALYSIS = "/analyses/[analysis_id]"
TOOLS = "/tools"
TOOL = "/tools/[slug]"
HELP = "/help"
ABOUT = "/about"
TERMS = "/terms"
PRIVACY = "/privacy"

AUTH_LOGIN = "/auth/login"
AUTH_REGISTER = "/auth/register"
AUTH_LOGOUT = "/auth/logout"
AUTH_NAME = "/auth/name"
AUTH_EMAIL = "/auth/email"
AUTH_CONFIRM_EMAIL = "/auth/confirm-email"
AUTH_PASSWORD = "/auth/password"  # noqa: S105 - an address, not a secret
AUTH_TOKENS = "/auth/tokens"
AUTH_LOGOUT_ALL = "/auth/logout-everywhere"
AUTH_EXPORT = "/auth/export"
AUTH_DELETE = "/auth/delete-account"
API = "/api/v1"


def try_tool(slug: str) -> str:
    """Return where a visitor tries a tool with its example data."""
    return f"/try/{slug}"


def tool(slug: str) -> str:
    """Return the page of a tool."""
    return f"/tools/{slug}"


def analyse(study_id: str) -> str:
    """Return the analysis form of a study."""
    return f"/studies/{study_id}/analyse"


def analysis(analysis_id: str) -> str:
    """Return the page of an analysis."""
    return f"/analyses/{analysis_id}"


def result_file(analysis_id: str, name: str) -> str:
    """Return where one file of a result is downloaded."""
    return f"{API}/analyses/{analysis_id}/files/{name}"


def bundle(analysis_id: str) -> str:
    """Return where everything that belongs to a result is downloaded."""
    return f"{API}/analyses/{analysis_id}/bundle.zip"
