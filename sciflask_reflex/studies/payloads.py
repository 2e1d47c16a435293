"""What the wizard's events may carry."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class SlotName(BaseModel):
    """Which input is meant."""

    slot: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")


class ListedName(SlotName):
    """Which of an input's files is meant, by its upload."""

    upload_id: str = Field(pattern=r"^[0-9a-f]{32}$")


class ListedStep(ListedName):
    """Where one of an input's files is moved: up or down."""

    step: Literal[-1, 1]


class SlotProgress(SlotName):
    """How far the browser has sent a file."""

    model_config = ConfigDict(extra="ignore")
    progress: dict[str, Any]


class SlotText(SlotName):
    """What the person calls the data of an input."""

    text: str = Field(max_length=80)


class StudyName(BaseModel):
    """What the person calls the study."""

    name: str = Field(max_length=500)


class Ticked(BaseModel):
    """Whether a box is ticked."""

    on: bool


class ToolSlug(BaseModel):
    """Which tool is meant."""

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")
