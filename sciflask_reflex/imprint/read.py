"""The operator's folder, read and checked as a whole."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from sciflask_reflex.errors import SciflaskError
from sciflask_reflex.imprint.model import SiteFile
from sciflask_reflex.imprint.pictures import Picture, read_picture
from sciflask_reflex.imprint.words import Front, front, inline

SITE_FILE, FRONT_FILE = "site.toml", "landing.md"
MOST_BYTES = 64 * 1024
CURES = {
    "string_type": 'words stand in double quotes, as in "Our tools"',
    "bool_type": "write true or false, without quotes",
    "string_too_long": "at most {max_length} characters fit; shorten it",
}
"""What to do, where pydantic says only what is wrong."""
PICTURES = ("light", "dark", "icon")


class ImprintError(SciflaskError):
    """Something in the folder cannot be used; every line names file, key and cure."""


@dataclass(frozen=True)
class Imprint:
    """Whose site this is. Without a folder, everything in it is empty."""

    file: SiteFile = field(default_factory=SiteFile)  # type: ignore[arg-type]
    front: Front | None = None
    """The words of the front page, where the operator wrote some."""
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    """``light``, ``dark`` and ``icon``, as far as there are any."""

    @cached_property
    def footer(self) -> str:
        """The sentence at the foot of every page, as HTML."""
        return inline(self.file.footer)

    def shown(self) -> str:
        """Return everything that stands on the built pages, to tell whether they have to be built anew. Colours and pictures do not."""
        wanted = self.file.model_dump(exclude={"colours", "logo"})
        flags = (bool(self.file.colours.accent or self.file.colours.accent_dark), self.file.logo.wordmark, sorted(self.pictures))
        return repr((wanted, self.front, flags))


def read_imprint(folder: Path) -> Imprint:
    """Read the folder. What is not there is empty.

    Raises:
        ImprintError: Naming every fault at once.
    """
    file = _site_file(folder / SITE_FILE)
    faults: list[str] = []
    pictures: dict[str, Picture] = {}
    for name in PICTURES:
        if wanted := getattr(file.logo, name):
            try:
                pictures[name] = read_picture(folder / wanted)
            except ValueError as fault:
                faults.append(f"{folder / SITE_FILE}: logo.{name}: {wanted}: {fault}.")
    words = None
    if (folder / FRONT_FILE).is_file():
        try:
            words = front(_text(folder / FRONT_FILE))
        except ValueError as fault:
            faults.append(f"{folder / FRONT_FILE}: {fault}.")
    if faults:
        raise ImprintError("\n".join(faults))
    return Imprint(file, words, pictures)


def _site_file(path: Path) -> SiteFile:
    if not path.is_file():
        return SiteFile()  # pyright: ignore[reportCallIssue]
    try:
        return SiteFile.model_validate(tomllib.loads(_text(path)))
    except tomllib.TOMLDecodeError as fault:
        sentence = f'{path}: this is not TOML: {fault}. Words stand in double quotes, as in name = "Our tools".'
        raise ImprintError(sentence) from fault
    except ValidationError as fault:
        raise ImprintError("\n".join(f"{path}: {_sentence(dict(each))}" for each in fault.errors())) from fault
    except RecursionError as fault:
        sentence = f"{path}: brackets stand within brackets too many times; no key wants that."
        raise ImprintError(sentence) from fault
    except ValueError as fault:
        sentence = f"{path}: {fault}."
        raise ImprintError(sentence) from fault


def _text(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        message = f"the file is larger than {MOST_BYTES // 1024} KiB; shorten it"
        raise ValueError(message)
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as fault:
        message = "the file is not UTF-8; save it as UTF-8"
        raise ValueError(message) from fault


def _sentence(error: dict[str, Any]) -> str:
    """Say what is wrong with one key, and what to do."""
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        known = _keys(error["loc"][:-1])
        close = difflib.get_close_matches(str(error["loc"][-1]), known, 1)
        return f"{key}: there is no such key. " + (f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known)}.")
    if error["type"] in ("model_type", "model_attributes_type"):
        return f"{key}: this is a section: write [{key}] on a line of its own, and its keys below."
    said = str(error["msg"]).removeprefix("Value error, ")
    words = CURES[error["type"]].format(**error.get("ctx", {})) if error["type"] in CURES else said
    return f"{key}: {words}."


def _keys(where: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = SiteFile
    for part in where:
        inner = model.model_fields[str(part)].annotation
        assert isinstance(inner, type)
        assert issubclass(inner, BaseModel)
        model = inner
    return list(model.model_fields)
