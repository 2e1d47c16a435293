"""Keeps secrets out of the logs, whoever writes them: Reflex logs whole events, with headers, cookies and what people typed."""

import logging
import re
from typing import Any

from sciflask_reflex.identity.buckets import Buckets

# Begins where a word begins and looks no further than 64 letters: without bounds, one long word takes time that grows with its square.
NAMES_OF_SECRETS = (
    r"(?<![\w-])[\w-]{0,64}?(?:cookie|authorization|passw(?:or)?d|secret|token|confirm|form_data|altcha|credential|api[_-]?key)[\w-]{0,64}"
)
QUOTED = r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\""
RULES = (
    (re.compile(r"(?i)\bBearer\s+[\w.~+/-]+=*"), "Bearer [removed]"),
    # Reflex's own messages that end in what came over the wire.
    (re.compile(r"(?i)((?:event data|deserialize event data|received):?\s).+", re.DOTALL), r"\1[removed]"),
    (re.compile(r"(?s)(Event\(name=(?:'[^']{0,200}'|\"[^\"]{0,200}\")).*(\)|$)"), r"\1, [removed])"),
    (re.compile(r"(with value )(?:.*?)( and type hint)", re.DOTALL), r"\1[removed]\2"),
    # Pairs of name and value, as dictionaries, forms and headers print them.
    (re.compile(rf"(?i)(['\"]?{NAMES_OF_SECRETS}['\"]?\s*[:=]\s*)(?:{QUOTED}|\{{[^}}]*\}}|[^\s,;&}}\])]+)"), r"\1[removed]"),
    # A code is a word of many uses; one that opens something is a value in a form, an address or a dictionary.
    (re.compile(r"(?i)(?:(?<=[?&\s])|^)((?:code|state|nonce|code_verifier)=)[^\s&]{6,}"), r"\1[removed]"),
    (re.compile(rf"(?i)((['\"])(?:code|state|nonce|code_verifier)\2\s*:\s*)(?:{QUOTED})"), r"\1[removed]"),
    (re.compile(r"(/r/)[\w-]{16,}"), r"\1[removed]"),
    (re.compile(r"\bsfk_[\w-]{8,}"), "sfk_[removed]"),
)
TALKATIVE = (
    "reflex.app",
    "reflex_base.event.processor.event_processor",
    "reflex_base.event.processor.base_state_processor",
    "sciflask_reflex.shell.faults",
)
"""Loggers that write a line, or a traceback, for each strange thing that a stranger sends."""
LINES_PER_MINUTE = 60


def scrub(text: str) -> str:
    """Return a text without the values that nobody should read."""
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text


class ScrubbedRecord(logging.LogRecord):
    """A log record whose message and traceback have been scrubbed, whichever handler prints it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[0] is not None:
            self.exc_text = scrub(logging.Formatter().formatException(self.exc_info))

    def getMessage(self) -> str:  # noqa: N802 - the name is logging's
        """Return the message, scrubbed."""
        return scrub(super().getMessage())


class AFew(logging.Filter):
    """Lets a few lines per minute through, so that nobody can fill the disk with them."""

    def __init__(self, per_minute: float = LINES_PER_MINUTE) -> None:
        super().__init__()
        self._buckets, self._per_minute = Buckets(), per_minute

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this line is written."""
        return self._buckets.take((record.name,), self._per_minute)


def guard_logs() -> None:
    """Scrub every record from now on. Called once, first thing, by the web process."""
    if logging.getLogRecordFactory() is ScrubbedRecord:
        return
    logging.setLogRecordFactory(ScrubbedRecord)
    for name in TALKATIVE:
        logging.getLogger(name).addFilter(AFew())
