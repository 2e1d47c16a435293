"""What the form of the lesson may send, and what it may hold: one model, and a sentence for each field that goes with its limits."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, EmailStr, Field, ValidationError

from sciflask_reflex.errors import LOOK_AGAIN, Invalid

TOPICS = ("genes", "proteins", "metabolites", "images")


class Sent(BaseModel):
    """What a form sends: names and texts, and of a box whether it is ticked."""

    form_data: dict[str, str | bool | None] = Field(max_length=40)


class Slid(BaseModel):
    """Where the slider stands."""

    level: float = Field(ge=0, le=100)


class Answers(BaseModel):
    """The answers; what is said of a field stands under it as a hint, and as the fault when it is not kept."""

    model_config = ConfigDict(str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=60, title="Name", description="1 to 60 characters.")
    notes: str = Field("", max_length=500, title="Notes", description="At most 500 characters; may stay empty.")
    samples: int = Field(ge=1, le=20, title="Samples", description="A whole number from 1 to 20.")
    level: int = Field(ge=0, le=100, multiple_of=5, title="Level", description="From 0 to 100, in steps of 5.")
    day: date = Field(ge=date(2000, 1, 1), le=date(2099, 12, 31), title="Day", description="A day of this century.")
    begin: time = Field(title="Begin", description="Hours and minutes.")
    colour: str = Field(pattern=r"^#[0-9a-fA-F]{6}$", title="Colour", description="Red, green and blue, such as #12a594.")
    email: EmailStr | Literal[""] = Field("", max_length=254, title="E-mail", description="Such as ada@example.org; may stay empty.")
    size: Literal["small", "medium", "large"] = Field(title="Size", description="One of the three.")
    tissue: Literal["blood", "liver", "brain"] = Field(title="Tissue", description="One of the list.")
    topics: list[Literal["genes", "proteins", "metabolites", "images"]] = Field(
        min_length=1, max_length=3, title="Topics", description="One to three of them."
    )
    agreed: Literal[True] = Field(title="I have read what happens to my answers", description="Tick the box to go on.")
    reminder: bool = Field(False, title="Remind me", description="On or off.")


def answers(sent: Mapping[str, Any]) -> Answers:
    """Return what was sent as answers; raises Invalid with a sentence for each field at fault.

    An unticked box is not sent at all. Boxes of one question are called ``topic-genes`` and so on.
    """
    values = {name: value for name, value in sent.items() if name in Answers.model_fields and value is not None}
    values["topics"] = [topic for topic in TOPICS if sent.get(f"topic-{topic}")]
    values |= {name: sent.get(name) in (True, "on") for name in ("agreed", "reminder")}
    try:
        return Answers.model_validate(values)
    except ValidationError as refusal:
        at_fault = [str(error["loc"][0]) for error in refusal.errors()]
        raise Invalid(LOOK_AGAIN, {name: str(Answers.model_fields[name].description) for name in at_fault}) from None


def understood(given: Answers) -> list[tuple[str, str]]:
    """Return title and value of each answer, in words."""
    return [(str(field.title), _in_words(getattr(given, name))) for name, field in Answers.model_fields.items()]


def _in_words(value: Any) -> str:
    match value:
        case bool():
            return "Yes" if value else "No"
        case list():
            return ", ".join(value)
        case date():
            return f"{value:%A}, {value.day} {value:%B %Y}"
        case time():
            return f"{value:%H:%M}"
        case _:
            return str(value) or "–"
