"""``sciflask site new``: the folder that makes a site somebody's own, with every key and what it does."""

import json
from collections.abc import Iterator
from pathlib import Path

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sciflask_reflex.imprint import MARK, contrast, dark_accent, read_imprint
from sciflask_reflex.imprint.colours import DARK_PAGES, LIGHT_PAGES, weakest
from sciflask_reflex.imprint.model import SiteFile
from sciflask_reflex.imprint.read import FRONT_FILE, SITE_FILE
from sciflask_reflex.settings import Settings

DONE, MISUSED = 0, 2
LOGO = "logo.svg"
SAID = {"name": "Tools of our lab", "logo.light": LOGO}
"""What a new file says; the other keys stand behind ``#``."""
SHOWN = {
    "contact": "tools@lab.example.edu",
    "footer": "Funded by the [Example Foundation](https://foundation.example.org), grant 123.",
    "institution.name": "Institute of Examples",
    "institution.url": "https://institute.example.edu",
    "logo.dark": "logo-dark.svg",
    "logo.icon": "icon.svg",
    "colours.accent": "#7a1f5c",
    "colours.accent_dark": "#d68ab8",
    "landing.tool": "correlation",
}
"""What stands behind ``#`` where the default is empty."""
FRONT = """# Tools of our lab

Say here in two lines what people can do on this site, and with which data.

## Who we are

Write what you like, in Markdown. Delete this file, and the front page says what it says without it.
"""


def new_site(site: Settings, folder: Path | None) -> int:
    """Write the folder; return the exit code. Nothing that is there is written over."""
    target = (folder or site.site_dir).resolve()
    wanted = {SITE_FILE: site_file().encode(), FRONT_FILE: FRONT.encode(), LOGO: MARK.content}
    there = [name for name in wanted if (target / name).exists()]
    if there:
        typer.echo(f"{target} has a {there[0]} already; nothing was written. Name another folder, or move it away.", err=True)
        return MISUSED
    target.mkdir(parents=True, exist_ok=True)
    for name, content in wanted.items():
        (target / name).write_bytes(content)
    elsewhere = "" if target == site.site_dir else f" Set SCIFLASK_SITE_DIR={target} to use it."
    typer.echo(
        f"{target} is yours now: change {SITE_FILE}, {FRONT_FILE} and {LOGO}, try them with `sciflask site check`, then restart.{elsewhere}"
    )
    return DONE


def check_site(site: Settings, folder: Path | None) -> int:
    """Say what is in force, with the contrast of the colours; a fault ends the command with a sentence."""
    target = (folder or site.site_dir).resolve()
    own = read_imprint(target)
    chosen = own.file.colours
    lines = [
        ("Folder", f"{target}{'' if target.is_dir() else ' (not there: everything is as shipped)'}"),
        ("Name", (own.file.name if folder else "") or site.site_name),
        ("Contact", (own.file.contact if folder else "") or site.contact or "-"),
        ("Institution", " ".join(filter(None, (own.file.institution.name, own.file.institution.url))) or "-"),
        ("Pictures", ", ".join(f"{name} ({len(picture.content)} bytes)" for name, picture in own.pictures.items()) or "as shipped"),
        ("Accent", _measured(chosen.accent, LIGHT_PAGES, "light") if chosen.accent else "as shipped"),
        ("", _measured(dark_accent(chosen), DARK_PAGES, "dark") if chosen.accent or chosen.accent_dark else ""),
        ("Front page", f"{target / FRONT_FILE}: {own.front.headline}" if own.front else "as shipped"),
    ]
    for title, words in lines:
        if words:
            typer.echo(f"{title:<12} {words}")
    return DONE


def _measured(colour: str, pages: tuple[str, ...], kind: str) -> str:
    return f"{colour} on {kind} pages, contrast {contrast(colour, weakest(colour, pages)):.1f} (text needs 4.5)"


def site_file() -> str:
    """Return a ``site.toml`` with every key, made from the model that reads it."""
    return (
        "\n".join(
            ["# What makes this site yours. Every key may be left out. What was changed shows after a restart.", *_section(SiteFile, "")]
        )
        + "\n"
    )


def _section(model: type[BaseModel], prefix: str) -> Iterator[str]:
    inner: list[tuple[str, type[BaseModel]]] = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            inner.append((name, field.annotation))
            continue
        yield ""
        yield f"# {field.description}"
        yield _line(f"{prefix}{name}", name, field)
    for name, section in inner:
        yield f"\n[{name}]"
        yield f"# {section.__doc__}"
        yield from _section(section, f"{name}.")


def _line(key: str, name: str, field: FieldInfo) -> str:
    if key in SAID:
        return f"{name} = {json.dumps(SAID[key])}"
    return f"# {name} = {json.dumps(SHOWN.get(key, field.default), ensure_ascii=False)}"
