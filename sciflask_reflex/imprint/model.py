"""What may stand in ``site.toml``. The keys are documented here, and nowhere twice: the manual lists them from this file."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from sciflask_reflex.imprint.colours import DARK_PAGES, LEAST_CONTRAST, LIGHT_PAGES, contrast, nearest, weakest

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[^\s@,;:<>()\[\]\\\"]+\.[^\s@,;:<>()\[\]\\\"]+")
FILE_NAME = re.compile(r"[A-Za-z0-9][\w. -]{0,80}")


def _line(text: str) -> str:
    if any(not letter.isprintable() for letter in text):
        message = "write it on one line, without tabs and other control characters"
        raise ValueError(message)
    return text.strip()


def _address(text: str) -> str:
    if text and not ADDRESS.fullmatch(text):
        message = "write one plain e-mail address, as in tools@lab.example.edu"
        raise ValueError(message)
    return text


def _web(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("https", "http") or not parts.hostname or re.search(r"\s", text)):
        message = "write a whole address, as in https://lab.example.edu"
        raise ValueError(message)
    return text


def _file(text: str) -> str:
    if text and not FILE_NAME.fullmatch(text):
        message = "write the plain name of a file in this folder, as in logo.svg"
        raise ValueError(message)
    return text


def _colour(text: str) -> str:
    if text and not COLOUR.fullmatch(text):
        message = "write it as # and six hexadecimal digits, as in #0b7a70"
        raise ValueError(message)
    return text.lower()


Line = Annotated[str, AfterValidator(_line)]
FileName = Annotated[str, AfterValidator(_file)]
Colour = Annotated[str, AfterValidator(_colour)]


class _Part(BaseModel, frozen=True):
    model_config = ConfigDict(extra="forbid", strict=True)


class Institution(_Part, frozen=True):
    """Who runs the site."""

    name: Line = Field("", max_length=120, description="Name of the institution, at the foot of every page and of mails.")
    url: Annotated[str, AfterValidator(_web)] = Field("", max_length=300, description="Where the name leads.")


class Logo(_Part, frozen=True):
    """Pictures in this folder: SVG or PNG, at most 256 KiB each."""

    light: FileName = Field("", description="Logo at the top of every page.")
    dark: FileName = Field("", description="The same for dark pages. Default: the light one.")
    icon: FileName = Field("", description="Small square picture in the browser's tab. Default: the shipped one.")
    wordmark: bool = Field(False, description="Whether the logo holds the name already, so that it is not written beside it.")


class Colours(_Part, frozen=True):
    """One colour for action and focus; everything else follows from it."""

    accent: Colour = Field("", description="Colour of links and buttons, dark enough to be read on a light page.")
    accent_dark: Colour = Field("", description="The same for dark pages, light enough to be read there. Default: made from `accent`.")

    @field_validator("accent", "accent_dark")
    @classmethod
    def _readable(cls, value: str, info: ValidationInfo) -> str:
        pages, kind = (LIGHT_PAGES, "light") if info.field_name == "accent" else (DARK_PAGES, "dark")
        if value and (found := contrast(value, weakest(value, pages))) < LEAST_CONTRAST:
            message = (
                f"{value} is too weak on a {kind} page: its contrast is {found:.1f}, and text needs {LEAST_CONTRAST}. "
                f"The nearest colour that can be read is {nearest(value, pages)}"
            )
            raise ValueError(message)
        return value


class Landing(_Part, frozen=True):
    """What the front page shows beside the words of ``landing.md``."""

    tool: Line = Field("", max_length=80, description="Slug of the tool that visitors try first. Default: the first of the list.")
    picture: bool = Field(True, description="Whether a result of the tool's example is shown.")
    steps: bool = Field(True, description="Whether the three steps from data to result are shown.")
    promises: bool = Field(True, description="Whether it is said what people can rely on.")


class SiteFile(_Part, frozen=True):
    """The whole file."""

    name: Line = Field("", max_length=60, description="Name of the site, in the header, in titles and in mails.")
    contact: Annotated[str, AfterValidator(_address)] = Field("", max_length=200, description="E-mail address for questions.")
    footer: Line = Field("", max_length=500, description="A sentence at the foot of every page; links in Markdown.")
    institution: Institution = Institution()  # pyright: ignore[reportCallIssue]
    logo: Logo = Logo()  # pyright: ignore[reportCallIssue]
    colours: Colours = Colours()  # pyright: ignore[reportCallIssue]
    landing: Landing = Landing()  # pyright: ignore[reportCallIssue]
