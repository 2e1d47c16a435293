"""What can go wrong, each with a sentence fit for a person.

SciflaskError            carries the sentence
├─ Invalid               one sentence per field       -> shown beside the field (HTTP 422)
│  └─ CheckFailed        findings of the data check   -> the check's report     (HTTP 422)
├─ NotFound              missing, or not yours: same  -> the "not found" page   (HTTP 404)
├─ Refused               quota, state, permission     -> a notice               (HTTP 409)
│  ├─ NotAllowed         this role may not do it      -> a notice               (HTTP 403)
│  ├─ SignInNeeded       nobody is signed in          -> the sign-in page       (HTTP 401)
│  ├─ TooLarge           more bytes than allowed      -> a notice               (HTTP 413)
│  │  └─ FileTooLarge    the same, of an upload       -> beside the upload
│  └─ TooOften           a limit on tries was reached -> a notice, with a time  (HTTP 429)
└─ Unavailable           database, queue or disk      -> a notice, logged       (HTTP 503)
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.toolkit.findings import Finding


LOOK_AGAIN = "Some fields need another look."
"""Stands above a form whose fields say what is wrong."""


class SciflaskError(Exception):
    """Something that a person should be told, in the words of ``sentence``."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Invalid(SciflaskError):
    """Values that cannot be accepted; ``fields`` maps each field to its sentence."""

    def __init__(self, sentence: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.fields = fields or {}


class NotFound(SciflaskError):
    """Raised when a thing is missing or belongs to somebody else; nobody can tell which."""

    def __init__(self, thing: str = "page") -> None:
        super().__init__(f"This {thing} does not exist, or it is not yours.")


class Refused(SciflaskError):
    """Raised when a limit, a state or a missing right forbids the act."""


class NotAllowed(Refused):
    """Raised when it is known who asks, and their role may not do it."""


class SignInNeeded(Refused):
    """Raised when the act needs somebody to be signed in."""

    def __init__(self, sentence: str = "Sign in first.") -> None:
        super().__init__(sentence)


class TooLarge(Refused):
    """Raised when more bytes arrive than are allowed."""


class FileTooLarge(TooLarge):
    """Raised when an upload is larger than one file may be."""

    def __init__(self, most_mib: int) -> None:
        super().__init__(f"The file is larger than {most_mib} MiB, which is the limit here.")


class TooOften(Refused):
    """Raised when something was tried too often; ``retry_after_s`` says when to come back."""

    def __init__(self, sentence: str, retry_after_s: int) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class Unavailable(SciflaskError):
    """Raised when a part of the site does not answer."""


class CheckFailed(Invalid):
    """Raised when the data check stops a study from being saved; ``findings`` says why, all at once."""

    def __init__(self, sentence: str, findings: "Sequence[Finding]") -> None:
        super().__init__(sentence)
        self.findings = tuple(findings)
