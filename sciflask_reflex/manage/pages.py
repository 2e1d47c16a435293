"""Every page of administration: address, what draws it, title, and what it loads."""

from sciflask_reflex import routes
from sciflask_reflex.feature import Page
from sciflask_reflex.manage.announcements.page import announcements
from sciflask_reflex.manage.announcements.state import AnnouncementsState
from sciflask_reflex.manage.failures.page import failures
from sciflask_reflex.manage.failures.state import FailuresState
from sciflask_reflex.manage.log.page import log
from sciflask_reflex.manage.log.state import LogState
from sciflask_reflex.manage.mail.page import mail
from sciflask_reflex.manage.mail.state import MailState
from sciflask_reflex.manage.overview.page import overview
from sciflask_reflex.manage.overview.state import OverviewState
from sciflask_reflex.manage.queue.page import queue
from sciflask_reflex.manage.queue.state import QueueState
from sciflask_reflex.manage.quotas.page import limits
from sciflask_reflex.manage.quotas.state import QuotasState
from sciflask_reflex.manage.usage.page import usage
from sciflask_reflex.manage.usage.state import UsageState

PAGES = (
    Page(routes.MANAGE, overview, "Administration", (OverviewState.load,)),
    Page(routes.MANAGE_QUEUE, queue, "Queue", (QueueState.load,)),
    Page(routes.MANAGE_FAILURES, failures, "Failures", (FailuresState.load,)),
    Page(routes.MANAGE_USAGE, usage, "Usage", (UsageState.load,)),
    Page(routes.MANAGE_LOG, log, "Audit log", (LogState.load,)),
    Page(routes.MANAGE_ANNOUNCEMENTS, announcements, "Announcements", (AnnouncementsState.load,)),
    Page(routes.MANAGE_QUOTAS, limits, "Limits", (QuotasState.load,)),
    Page(routes.MANAGE_MAIL, mail, "Mail", (MailState.load,)),
)
