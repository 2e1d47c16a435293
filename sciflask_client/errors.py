"""What can go wrong, each with the site's own sentence."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sciflask_client.records import Analysis, Finding


class SiteError(Exception):
    """The site refused, or did not answer.

    Attributes:
        status: The HTTP status; 0 when the site did not answer.
        fields: One sentence for each field that cannot be accepted.
        retry_after: Seconds to wait before the next try; None when the site did not say.
    """

    def __init__(
        self, sentence: str, *, status: int = 0, fields: Mapping[str, str] | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.fields = dict(fields or {})
        self.retry_after = retry_after


class CheckRefused(SiteError):
    """The data check stops the study from being saved; ``findings`` says why, all at once."""

    def __init__(self, sentence: str, findings: Sequence["Finding"]) -> None:
        super().__init__(sentence, status=422)
        self.findings = tuple(findings)


class AnalysisFailed(SiteError):
    """An analysis ended without a result; ``analysis`` holds what is known of it."""

    def __init__(self, analysis: "Analysis") -> None:
        super().__init__(analysis.error or f"The analysis was {analysis.status}.")
        self.analysis = analysis


def sentence_of(problem: Mapping[str, Any], status: int) -> str:
    """Return the sentence of a problem document, with those of its fields."""
    detail = str(problem.get("detail") or problem.get("title") or f"The site answered with status {status}.")
    return " ".join(dict.fromkeys([detail, *map(str, (problem.get("fields") or {}).values())]))
