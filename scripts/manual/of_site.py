"""Reference of what runs a site: settings, ``site.toml``, commands, REST, and the errors that people are told."""

import inspect
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import typer.main
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sciflask_reflex import errors
from sciflask_reflex.cli import app as command_line
from sciflask_reflex.imprint.model import SiteFile
from sciflask_reflex.settings import ROOT, RoleSettings, Settings
from scripts.manual.markdown import code, page, table


def _type(annotation: Any) -> str:
    name = getattr(annotation, "__name__", "") if not getattr(annotation, "__args__", None) else ""
    return (
        (name or str(annotation)).replace("typing.", "").replace("sciflask_reflex.providers.", "").replace("sciflask_reflex.settings.", "")
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return code(str(value).lower())
    return code(f"{value:g}" if isinstance(value, float) else f"./{value}" if type(value).__name__.endswith("Path") else value) or "–"


def _accepted(field: FieldInfo) -> Iterator[str]:
    """Say what a setting may be, as far as its default does not."""
    if get_origin(field.annotation) is Literal:
        yield f"One of {', '.join(code(value) for value in get_args(field.annotation))}."
    bounds = {key: getattr(limit, key) for limit in field.metadata for key in ("ge", "gt", "le") if hasattr(limit, key)}
    words = {"ge": "at least", "gt": "more than", "le": "at most"}
    if bounds:
        yield f"A number, {' and '.join(f'{words[key]} {value:g}' for key, value in bounds.items())}."


def settings_page() -> str:
    """Every setting, and what a role may differ in."""
    rows = [
        (code(f"SCIFLASK_{name.upper()}"), _shown(field.default), " ".join(filter(None, (field.description, *_accepted(field)))))
        for name, field in Settings.model_fields.items()
    ]
    keys = [(code(name), code(_type(field.annotation))) for name, field in RoleSettings.model_fields.items()]
    return page(
        "Settings",
        "From the environment, or from a file `.env` in the project's folder; the environment stands before the file.",
        table(("setting", "default", "what it does"), rows),
        "## Keys of a role\n\nIn `SCIFLASK_ROLES`; what is left out is as for a user. [Roles and quotas](../roles-and-quotas.md) has examples.",
        table(("key", "type"), keys),
    )


def site_file_page() -> str:
    """Every key of ``site.toml``."""
    return page(
        "site.toml",
        "What makes a site your own; [how to](../site.md). Every key may be left out.",
        table(("key", "default", "what it does"), _keys(SiteFile, "")),
    )


def _keys(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _keys(field.annotation, f"{prefix}{name}.")
        else:
            yield code(prefix + name), _shown(field.default), field.description or ""


def commands() -> Iterator[tuple[str, Any]]:
    """Return every command with the words that call it."""
    yield from _commands(typer.main.get_command(command_line), "sciflask")


def _commands(command: Any, words: str) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", {})
    if not inner or getattr(command, "invoke_without_command", False):
        yield words, command
    for name, each in inner.items():
        yield from _commands(each, f"{words} {name}")


def commands_page() -> str:
    """Every command with its options, and every target of ``make``."""
    parts = []
    for words, command in commands():
        usage = " ".join(
            [_name(each) for each in command.params if each.param_type_name == "argument"]
            + ["[OPTIONS]"] * any(_is_option(each) for each in command.params)
        )
        parts.append(f"### {words}\n\n{inspect.cleandoc(command.help or '')}\n\n```text\n{f'{words} {usage}'.strip()}\n```")
        if rows := _options(command):
            parts.append(table(("option", "what it does"), rows))
    targets = [line.partition(":")[0::2] for line in (ROOT / "Makefile").read_text().splitlines() if ":" in line and "## " in line]
    made = table(("target", "what it does"), [(code(f"make {name}"), rest.partition("## ")[2]) for name, rest in targets])
    return page("Commands", "## sciflask", *parts, "## make", made)


def _is_option(parameter: Any) -> bool:
    return parameter.param_type_name == "option" and parameter.name != "help"


def _name(argument: Any) -> str:
    return argument.metavar or (argument.name.upper() if argument.required else f"[{argument.name.upper()}]")


def _options(command: Any) -> list[tuple[str, str]]:
    return [
        (", ".join(code(name) for name in each.opts) if _is_option(each) else code(_name(each)), each.help or "")
        for each in command.params
        if each.name != "help"
    ]


def rest_page() -> str:
    """Every operation of the REST interface, and every schema."""
    from sciflask_reflex.api.app import versioned
    from sciflask_reflex.api.openapi import document

    made = document(versioned())
    rows = [
        (
            code(f"{verb.upper()} {path}"),
            operation.get("description", "").partition("\n\n")[0],
            ", ".join(code(given["name"]) for given in operation.get("parameters", ()) if given["in"] != "path"),
        )
        for path, operations in made["paths"].items()
        for verb, operation in operations.items()
    ]
    schemas = [
        f"### {name}\n\n{schema.get('description', '')}\n\n{_properties(schema)}"
        for name, schema in sorted(made["components"]["schemas"].items())
    ]
    return page(
        "REST",
        f"Below `/api/v1`. {made['info']['description']} [How to use it](../api.md). A running site has the same as `/api/v1/openapi.json`.",
        table(("operation", "what it does", "query and headers"), rows),
        "## Schemas",
        *schemas,
    )


def _properties(schema: dict[str, Any]) -> str:
    needed = set(schema.get("required", ()))
    rows = [
        (code(name), _schema_type(given), "yes" if name in needed else "no", given.get("description", ""))
        for name, given in schema.get("properties", {}).items()
    ]
    if rows:
        return table(("field", "type", "always there", "what it is"), rows)
    return "One of " + ", ".join(code(value) for value in schema["enum"]) + "." if "enum" in schema else ""


def _schema_type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return " or ".join(_schema_type(part) for part in schema[key])
    if schema.get("type") == "array":
        return f"list of {_schema_type(schema.get('items', {}))}"
    if "enum" in schema or "const" in schema:
        return " or ".join(code(value) for value in schema.get("enum", [schema.get("const")]))
    return str(schema.get("type", "any"))


def errors_page() -> str:
    """The tree of errors."""
    tree = inspect.cleandoc(errors.__doc__ or "").partition("\n\n")
    rows = [
        (code(name), inspect.cleandoc(kind.__doc__ or "").split("\n")[0])
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, errors.SciflaskError)
    ]
    return page("Errors", tree[0], f"```text\n{tree[2]}\n```", table(("class", "what it says"), rows))
