"""What can go wrong with other machines: a sentence for the person, another with the details for who runs the site."""

import logging

from pipeline.toolkit.errors import ToolError

log = logging.getLogger(__name__)

CONTACT = "Nothing was computed. Try again later; the people who run this site can see the details."
UNREACHABLE = f"The computers that share large analyses cannot be reached. {CONTACT}"
UNLIKE = f"The computers that share large analyses are not set up alike. {CONTACT}"
GONE = "The computers that share large analyses stopped in the middle. Try again later; the people who run this site can see the details."
MISSING = f"This site is set up to share large analyses between computers, but lacks what that needs. {CONTACT}"
BROKEN = "A computer that shares large analyses could not go on. Try again later; the people who run this site can see the details."


class ClusterFault(ToolError):
    """Raised when the other machines cannot do the work; ``details`` is for who runs them, and stands in the log."""

    def __init__(self, sentence: str, details: str) -> None:
        super().__init__(sentence)
        self.details = details
        log.error("%s", details)
