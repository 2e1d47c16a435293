"""What a form on a page of administration may bring."""

from typing import Annotated

from pydantic import BaseModel, Field

Short = Annotated[str, Field(max_length=64)]
Text = Annotated[str, Field(max_length=2_000)]


class Filled(BaseModel):
    """A few fields with their texts."""

    form_data: Annotated[dict[Short, Text], Field(max_length=20)]
