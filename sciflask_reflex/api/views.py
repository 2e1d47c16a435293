"""From the services' rows to what the API shows."""

from typing import Any

from sciflask_reflex.analyses.service import AnalysisRow
from sciflask_reflex.api.schemas import AnalysisView, FileView, FindingView, ProgressView, StudyView
from sciflask_reflex.models import Status
from sciflask_reflex.studies.service import StudyRow


def finding_views(findings: list[dict[str, Any]]) -> list[FindingView]:
    """Return what the data check said."""
    return [FindingView(**finding) for finding in findings]


def file_views(files: list[dict[str, Any]]) -> list[FileView]:
    """Return the files of a result."""
    return [FileView(**{name: entry[name] for name in FileView.model_fields if entry.get(name) is not None}) for entry in files]


def analysis_view(row: AnalysisRow) -> AnalysisView:
    """Return an analysis as the API shows it; result parts are empty until it is done."""
    done = row.status == Status.DONE
    same = {name: getattr(row, name) for name in AnalysisView.model_fields if hasattr(row, name)}
    return AnalysisView(**same | {
        "study": row.study_id,
        "progress": ProgressView(stage=row.stage, fraction=row.fraction),
        "metrics": {name: item["value"] for name, item in row.metrics.items()} if done else {},
        "outputs": row.outputs if done else [],
        "files": file_views(row.files) if done else [],
    })  # fmt: skip


def study_view(row: StudyRow) -> StudyView:
    """Return a study as the API shows it."""
    return StudyView.model_validate(row, from_attributes=True)
