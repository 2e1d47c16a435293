"""What goes in and out, field by field. Unknown fields are refused, never ignored."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pipeline.toolkit.filelist import MOST_FILES
from sciflask_reflex.models import Status

Id = Annotated[str, StringConstraints(max_length=64)]
Slot = Annotated[str, StringConstraints(max_length=64)]


class Request(BaseModel):
    """A request's body."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class NewStudy(Request):
    """A study to be checked and saved."""

    tool: str = Field(max_length=64, description="Slug of the tool.", examples=["correlation"])
    name: str = Field(min_length=1, max_length=1_000, description="What to call it.")
    inputs: dict[Slot, Id | Annotated[list[Id], Field(max_length=MOST_FILES)]] = Field(
        max_length=32,
        description='Upload for each of the tool\'s inputs, as in `{"dataset1": "<upload id>"}`; for an input that takes several files, '
        'a list in their order, as in `{"curves": ["<upload id>", "<upload id>"]}`.',
    )
    labels: dict[Slot, Annotated[str, StringConstraints(max_length=1_000)]] = Field(
        default_factory=dict, max_length=32, description='What the data are, as in `{"dataset1": "genes"}`.'
    )
    accept_warnings: bool = Field(False, description="Whether warnings of the data check are acceptable. Errors never are.")


class NewAnalysis(Request):
    """An analysis to be run."""

    name: str = Field("", max_length=1_000, description="What to call it. Without one, the tool's title and a number.")
    parameters: dict[str, Any] = Field(
        default_factory=dict, max_length=200, description="The tool's parameters; those left out take their defaults."
    )


class LimitsView(BaseModel):
    """What somebody may keep and use; null means no limit."""

    max_studies: int | None
    max_studies_total: int | None
    max_analyses: int | None
    max_analyses_total: int | None
    max_mib: int | None
    max_running: int | None
    max_queued: int | None
    tools: list[str] | None = Field(description="Slugs of the tools that may be used; null means all.")


class UsageView(BaseModel):
    """What somebody has, and has ever made (deleted ones included)."""

    studies: int
    studies_made: int
    analyses: int
    analyses_made: int
    bytes: int
    running: int
    queued: int


class Me(BaseModel):
    """Who is asking, what they may, and what they use."""

    id: str
    role: str
    name: str
    email: str | None
    limits: LimitsView
    usage: UsageView


class UploadView(BaseModel):
    """A file that arrived."""

    id: str
    filename: str
    bytes: int
    sha256: str


class FindingView(BaseModel):
    """One thing that the data check says."""

    severity: str
    input: str
    filename: str = Field("", description="Which file is meant; empty when it is about several.")
    position: int = Field(0, description="Where that file stands among those of an input that takes several, from 1; else 0.")
    row: int | None
    column: str | None
    message: str
    cure: str


class StudyCreated(BaseModel):
    """A study that was saved."""

    id: str
    findings: list[FindingView]


class InputView(BaseModel):
    """One stored file of a study."""

    slot: str
    position: int = Field(description="0 for the only file of an input; its place, from 1, where the input takes several.")
    filename: str
    label: str
    bytes: int
    sha256: str
    facts: dict[str, Any] = Field(description="What the data check measured.")


class StudyView(BaseModel):
    """A study."""

    id: str
    tool: str
    name: str
    created_at: datetime
    findings: list[FindingView] = []
    inputs: list[InputView] = []


class Submitted(BaseModel):
    """An analysis that waits to be run."""

    id: str
    status: Status


class ProgressView(BaseModel):
    """How far an analysis has come."""

    stage: str
    fraction: float


class FileView(BaseModel):
    """One file of a result."""

    name: str
    bytes: int | None = Field(None, description="Size; null when the file is made while it is downloaded.")
    sha256: str | None = Field(None, description="Digest; null when the file is made while it is downloaded.")
    media_type: str
    title: str = ""
    made: bool = Field(default=False, description="Whether the file is not stored, but made from stored rows while it is downloaded.")


class LiveFile(FileView):
    """One file of a live result, and where it is for a while."""

    url: str


class LiveView(BaseModel):
    """The result of a live tool."""

    tool: str
    parameters: dict[str, Any] = Field(description="Complete: those left out have their defaults.")
    seed: int
    metrics: dict[str, Any]
    outputs: list[dict[str, Any]]
    notes: list[str]
    versions: dict[str, str] = Field(description="Of Python and of the packages that the numbers depend on.")
    files: list[LiveFile]
    bundle: str = Field(description="Where everything is downloaded as one archive.")


class AnalysisView(BaseModel):
    """An analysis, as the database has it now."""

    id: str
    study: str
    tool: str
    name: str
    status: Status
    attempt: int
    progress: ProgressView
    queue_position: int | None = Field(
        description="How many analyses wait before this one in its queue, plus one; null unless it is queued."
    )
    eta_seconds: float | None = Field(
        description="After how many seconds it is probably ready, by earlier runs; null when nobody can tell."
    )
    error: str | None
    parameters: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    metrics: dict[str, Any]
    outputs: list[dict[str, Any]]
    files: list[FileView]
