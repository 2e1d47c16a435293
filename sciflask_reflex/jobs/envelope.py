"""A row of the outbox as a message: plain text, and the same in simple HTML. Only here does a secret link get its token."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import escape
from urllib.parse import urlsplit

from sciflask_reflex import links, routes
from sciflask_reflex.imprint import dark_accent
from sciflask_reflex.jobs.letters import one_line
from sciflask_reflex.models import Mail
from sciflask_reflex.settings import settings

ONE_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[^\s@,;:<>()\[\]\\\"]+")
SIGNATURE = "-- "
BUTTONS = {
    routes.CONFIRM: "Confirm this address",
    routes.CONFIRM_EMAIL: "Confirm this address",
    routes.NEW_PASSWORD: "Choose a new password",
    routes.JOIN_CONFIRM: "Confirm this address",
    routes.SHARED_PREFIX: "Open the result",
}
"""What the button of a secret link says, by the page that it leads to."""
PLACES = {
    "/analyses/": "Open the analysis",
    routes.RESET_PASSWORD: "Choose a new password",
    routes.ACCOUNT: "Open account settings",
    routes.LOGIN: "Sign in",
    routes.MANAGE: "Open administration",
}
"""What the button says where an address of the site stands alone, by how its path begins."""
INK, QUIET, LINE, TEAL, MINT = "#1c2024", "#60646c", "#e0e3e8", "#0b7a70", "#0bd8b6"
FONT = "16px/1.55 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
SMALL = f"color:{QUIET};font-size:13px"
BUTTON = "display:inline-block;padding:12px 22px;border-radius:8px;color:#ffffff;text-decoration:none;font-weight:600"
SHEET = (
    f"max-width:560px;margin:0 auto;padding:28px 32px;background:#ffffff;border:1px solid {LINE};border-radius:8px;color:{INK};font:{FONT}"
)
STYLE = """
a { overflow-wrap: anywhere; }
@media (max-width: 480px) { .page { padding: 12px !important; } .sheet { padding: 20px 18px !important; } }
@media (prefers-color-scheme: dark) {
.page { background: #111113 !important; } .sheet { background: #18191b !important; border-color: #2e3135 !important; color: #edeef0 !important; }
.quiet { color: #b0b4ba !important; border-color: #2e3135 !important; } .name { color: #edeef0 !important; }
}
"""
"""What a style attribute cannot say: narrow screens and dark mode. Mail programs that do not read it show the light sheet."""


def compose(mail: Mail) -> EmailMessage:
    """Return the message of a row: one recipient, no line break in any header, and an id that stays the same on every try.

    Raises:
        ValueError: If an address cannot be one.
        Unavailable: If there is a secret link in it, and the key that it is made from cannot be read.
    """
    if not ONE_ADDRESS.fullmatch(mail.to):
        fault = "the recipient is not one plain address"
        raise ValueError(fault)
    message = EmailMessage()
    message["From"] = Address(one_line(settings().site_name), addr_spec=parseaddr(settings().mail_from)[1])
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(mail.created_at)
    host = urlsplit(settings().public_url).hostname or "localhost"
    message["Message-ID"] = f"<{mail.id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    link = links.address_of(mail.link_page, mail.link_id) if mail.link_page and mail.link_id else ""
    message.set_content(mail.body.replace(links.PLACE, link) if link else mail.body)
    message.add_alternative(html(mail, link), subtype="html")
    return message


def html(mail: Mail, link: str = "") -> str:
    """Return the body as HTML: paragraphs as they are, addresses of this site to click on, a button for the secret link. It loads nothing."""
    news, _, foot = mail.body.partition(f"\n{SIGNATURE}\n")
    label = BUTTONS.get(mail.link_page or "", "Open the page")
    parts = [_paragraph(text, link, label) for text in re.split(r"\n{2,}", news.strip())]
    if foot.strip():
        lines = "<br>".join(_line(line, link) for line in foot.strip().splitlines())
        parts.append(f'<p class="quiet" style="{SMALL};border-top:1px solid {LINE};padding-top:16px;margin:32px 0 0">{lines}</p>')
    name = f'<p class="name" style="margin:0 0 20px;font-weight:650">{escape(settings().site_name)}</p>'
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(one_line(mail.subject))}</title><style>{STYLE}{_dark_link()}</style>"
    )
    return (
        f'<!doctype html><html lang="en"><head>{head}</head><body class="page" style="margin:0;padding:32px 16px;background:#f4f6f6">'
        f'<div class="sheet" style="{SHEET}">{name}{"".join(parts)}</div></body></html>\n'
    )


def _accent() -> str:
    """The colour of links and buttons on the light sheet: the operator's, or ours. Either is dark enough for white words on it."""
    return settings().imprint.file.colours.accent or TEAL


def _dark_link() -> str:
    chosen = settings().imprint.file.colours
    light = dark_accent(chosen) if chosen.accent or chosen.accent_dark else MINT
    return f"@media (prefers-color-scheme: dark) {{ .link {{ color: {light} !important; }} }}"


def _button() -> str:
    return f"{BUTTON};background:{_accent()}"


def _paragraph(text: str, link: str, label: str) -> str:
    if link and text.strip() == links.PLACE:
        safe = escape(link)
        return (
            f'<p style="margin:24px 0"><a href="{safe}" style="{_button()}">{escape(label)}</a></p>'
            f'<p class="quiet" style="{SMALL};overflow-wrap:anywhere">If the button does not work, copy this address:<br>{safe}</p>'
        )
    if words := _place(text.strip()):
        return f'<p style="margin:24px 0"><a href="{escape(text.strip())}" style="{_button()}">{words}</a></p>'
    return f'<p style="margin:0 0 16px;overflow-wrap:anywhere">{"<br>".join(_line(line, link) for line in text.splitlines())}</p>'


def _place(text: str) -> str:
    """Return the words for a paragraph that is one address of this site and nothing else, or nothing."""
    path = text.removeprefix(settings().public_url)
    if path == text or any(letter.isspace() for letter in text):
        return ""
    return next((words for start, words in PLACES.items() if path.startswith(start)), "")


def _line(line: str, link: str) -> str:
    """Return one line, escaped. Other sites' addresses stay text: names that people choose may hold one."""
    filled = escape(line.replace(links.PLACE, link) if link else line)
    own = re.compile(rf"{re.escape(escape(settings().public_url))}(?:[/#][^\s<>\"]*[^\s<>\".,;:!?)]|(?![\w.@:/#-]))")
    return own.sub(lambda found: f'<a href="{found[0]}" class="link" style="color:{_accent()}">{found[0]}</a>', filled)
