"""What a browser may ask of a table."""

from typing import Annotated

from pydantic import BaseModel, Field

Name = Annotated[str, Field(max_length=64)]


class TableTurn(BaseModel):
    """Which page of which table."""

    name: Name
    page: int = Field(ge=1, le=100_000_000)


class TableSort(BaseModel):
    """By which column a table is sorted."""

    name: Name
    column: str = Field(max_length=300)


class TableSearch(BaseModel):
    """Which words the rows of a table must hold."""

    name: Name
    query: str = Field(max_length=200)


class TableNarrow(BaseModel):
    """What the fields hold that narrow a table."""

    name: Name
    values: dict[Name, Annotated[str, Field(max_length=1_000)]] = Field(max_length=20)


class TableSuggest(BaseModel):
    """What somebody types into a field that narrows a table."""

    name: Name
    by: Name
    text: str = Field(max_length=300)
