"""What is not documented does not pass: settings, commands, kinds, hooks, REST; and every link of the manual leads somewhere."""

import ast
import inspect
import re
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
import typer.main

import pipeline
import sciflask_client
import sciflask_reflex.feature
from pipeline import toolkit
from pipeline.toolkit.annotations import parameter_of
from pipeline.toolkit.kinds import INPUT_KINDS
from pipeline.toolkit.outputs import OUTPUT_KINDS
from pipeline.toolkit.parameters import Parameter, parameter
from sciflask_reflex import installed
from sciflask_reflex.imprint.model import SiteFile
from sciflask_reflex.settings import ROOT, RoleSettings, Settings
from scripts.manual import of_python, of_site, of_tools, staging
from scripts.manual.foreign import foreign

PAGES = staging.pages()
TEXTS = {page: (ROOT / page).read_text("utf-8") for page in PAGES}
MANUAL = "\n".join(text for page, text in TEXTS.items() if page != "CHANGELOG.md")


def sentences(text: str | None) -> bool:
    return bool(text) and text.strip()[-1] in ".?!" and text.strip()[0].isupper()


# links


def anchors(text: str) -> set[str]:
    """Return the anchors that a code host makes of the headings of a page."""
    prose = re.sub(r"^(`{3,}).*?^\1[ \t]*$", "", text, flags=re.MULTILINE | re.DOTALL)
    found: dict[str, int] = {}
    for heading in re.findall(r"^#{1,6} (.+?)\s*#*$", prose, re.MULTILINE):
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        found[slug] = found.get(slug, -1) + 1
    return {f"{slug}-{number}" if number else slug for slug, most in found.items() for number in range(most + 1)}


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_leads_somewhere(page):
    wrong = []
    for words, target in staging.links(TEXTS[page]):
        if staging.is_outside(target):
            continue
        path, anchor = staging.resolve(page, target), target.partition("#")[2]
        if not (ROOT / path).exists():
            wrong.append(f"[{words}]({target}): there is no {path}")
        elif anchor and anchor not in anchors((ROOT / path).read_text("utf-8")):
            wrong.append(f"[{words}]({target}): {path} has no heading of that name")
    assert wrong == []


def reached(page: str, seen: set[str]) -> set[str]:
    seen.add(page)
    for path in staging._listed(page, TEXTS[page]):
        if path not in seen and (page == staging.START or path.endswith("README.md") or page.endswith("/README.md")):
            reached(path, seen)
    return seen


def test_every_page_is_reached_from_the_first():
    assert set(PAGES) - reached(staging.START, set()) == set()


@pytest.mark.parametrize("folder", ["decisions", "gallery"])
def test_a_folder_lists_its_pages(folder):
    listed = staging._listed(f"docs/{folder}/README.md", TEXTS[f"docs/{folder}/README.md"])
    assert {page for page in PAGES if page.startswith(f"docs/{folder}/")} - {f"docs/{folder}/README.md"} <= set(listed)


def test_links_stay_within_the_manual_and_code_is_left_alone():
    text = "[a](tutorial.md#x) ![p](images/result.png) [d](decisions/) [s](../sciflask_reflex/cli.py) [w](https://x.y) `[c](tutorial.md)`\n```\n[e](../README.md)\n```\n"
    wanted = "[a](tutorial.md#x) ![p](images/result.png) [d](decisions/index.md) s [w](https://x.y) `[c](tutorial.md)`\n```\n[e](../README.md)\n```\n"
    assert staging.rewritten("docs/api.md", text) == wanted
    assert (
        staging.rewritten("README.md", "![p](docs/images/result.png) [g](docs/gallery/echo.md)")
        == "![p](images/result.png) [g](gallery/echo.md)"
    )
    assert staging.rewritten("docs/api.md", "[site.md](site.md#sitetoml)") == "[Make the site your own](site.md#sitetoml)"
    assert staging.rewritten("docs/gallery/echo.md", "[h](../../README.md) [x](README.md)") == "[h](../introduction.md) [x](index.md)"


def test_what_a_page_would_load_from_elsewhere_is_named(tmp_path):
    (tmp_path / "good.html").write_text(
        '<a href="https://x.y">x</a><img src="a.png"><link rel="stylesheet" href="a.css"><style>a{background:url(b.png)}</style>'
    )
    assert list(foreign(tmp_path)) == []
    (tmp_path / "bad.html").write_text(
        '<script src="//cdn.x/y.js"></script><link href="https://x.y/z.css"><style>@import "https://f.x/y"</style>'
    )
    (tmp_path / "bad.css").write_text("a { src: url( 'https://fonts.x/y.woff2') }")
    assert [address for _, address in foreign(tmp_path)] == [
        "https://fonts.x/y.woff2",
        "//cdn.x/y.js",
        "https://x.y/z.css",
        "https://f.x/y",
    ]


# settings, site.toml, commands


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained(name):
    assert sentences(Settings.model_fields[name].description), f"{name} has no sentence"
    assert f"| `SCIFLASK_{name.upper()}` |" in of_site.settings_page()


@pytest.mark.parametrize("name", RoleSettings.model_fields)
def test_every_key_of_a_role_is_explained(name):
    assert f"`{name}`" in TEXTS["docs/roles-and-quotas.md"]


def keys(model: Any, prefix: str = "") -> Iterator[tuple[str, str | None]]:
    for name, field in model.model_fields.items():
        inner = getattr(field.annotation, "model_fields", None)
        yield from keys(field.annotation, f"{prefix}{name}.") if inner else [(prefix + name, field.description)]


def test_every_key_of_the_site_file_is_explained_and_shown():
    said = tomllib.loads(re.search(r"```toml\n(.*?)```", TEXTS["docs/site.md"], re.DOTALL)[1])  # pyright: ignore[reportOptionalSubscript]
    SiteFile.model_validate(said)
    for key, description in keys(SiteFile):
        assert sentences(description), key
        assert f"| `{key}` |" in of_site.site_file_page()
        section, _, name = key.rpartition(".")
        assert name in (said[section] if section else said), f"{key} is not in the example of docs/site.md"


@pytest.mark.parametrize("words", [words for words, _ in of_site.commands()])
def test_every_command_and_option_is_explained(words):
    command = dict(of_site.commands())[words]
    assert sentences(inspect.cleandoc(command.help or "")), f"{words} has no help"
    assert f"### {words}\n" in of_site.commands_page()
    for option in command.params:
        assert option.name == "help" or sentences(getattr(option, "help", None)), f"{words}: {option.name} has no help"


def test_the_reference_has_every_command():
    def count(group: Any) -> int:
        return sum(
            count(each) + getattr(each, "invoke_without_command", False) if getattr(each, "commands", None) else 1
            for each in group.commands.values()
        )

    assert len(list(of_site.commands())) == count(typer.main.get_command(of_site.command_line))


# kinds and what a tool is written with


@pytest.mark.parametrize("kind", [*INPUT_KINDS, *OUTPUT_KINDS], ids=lambda kind: kind.__name__)
def test_every_kind_is_explained(kind):
    reference = of_tools.inputs_page() if kind in INPUT_KINDS else of_tools.outputs_page()
    assert "__doc__" in vars(kind)
    assert sentences(inspect.cleandoc(kind.__doc__).split("\n\n")[0]), f"{kind.__name__} has no sentence"
    assert f"## {kind.__name__}\n" in reference
    assert re.search(rf"\b{kind.__name__}\b", TEXTS["docs/tutorial.md"]), f"{kind.__name__} is not in the tutorial"


class Colour(Enum):
    RED = "red"


MADE_BY: dict[str, tuple[Any, dict[str, str]]] = {
    "integer": (int, {}), "number": (float, {}), "boolean": (bool, {}), "text": (str, {}), "choice": (Literal["a"], {}),
    "choices": (list[Literal["a"]], {}), "range": (tuple[int, int], {}), "column": (str, {"column_of": "x"}), "columns": (list[str], {"column_of": "x"}),
}  # fmt: skip


def parameter_kinds() -> set[str]:
    """Return every kind that a parameter knows words for."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(Parameter._what)))
    return {key.value for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys if isinstance(key, ast.Constant)}


def test_every_kind_of_parameter_is_explained():
    assert set(of_tools.PARAMETER_KINDS) == parameter_kinds() == set(MADE_BY)
    for kind, (annotation, more) in MADE_BY.items():
        annotated = Annotated[annotation, parameter(title="T", description="D.", **more)]
        assert parameter_of("p", annotated, None, required=True, where="here")[0].kind == kind
        assert f"`{kind}`" in of_tools.parameters_page()


@pytest.mark.parametrize("function", [parameter, toolkit.tool], ids=lambda function: function.__name__)
def test_every_argument_is_explained(function):
    words = inspect.cleandoc(function.__doc__)
    missing = [name for name in inspect.signature(function).parameters if not re.search(rf"^\s+\**{name}: ", words, re.MULTILINE)]
    assert missing == []


@pytest.mark.parametrize("module", [toolkit, sciflask_client, sciflask_reflex.feature], ids=lambda module: module.__name__)
def test_everything_that_is_imported_is_explained(module):
    page = {toolkit: of_python.toolkit_page, sciflask_client: of_python.client_page, sciflask_reflex.feature: of_python.feature_page}[
        module
    ]()
    for name in module.__all__:
        value = getattr(module, name)
        assert f"::{' '}{module.__name__}.{name}\n" in page
        if inspect.isclass(value) or inspect.isfunction(value):
            assert "__doc__" in dir(value)
            words = inspect.cleandoc(value.__doc__ or "")
            assert sentences(words.split("\n\n")[0]), f"{name} has no sentence"
            assert not words.startswith(f"{name}("), f"{name} has only the words that dataclasses write"
        for method, inner in vars(value).items() if inspect.isclass(value) else ():
            if inspect.isfunction(inner) and not method.startswith("_"):
                assert inner.__doc__, f"{name}.{method} has no words"


# hooks


def test_every_hook_is_explained():
    for field in fields(sciflask_reflex.feature.Feature):
        assert re.search(rf"`{field.name}`|Feature\([^)]*\b{field.name}\b", TEXTS["docs/extending.md"]), f"Feature.{field.name}"
    groups = {pipeline.GROUP, installed.FEATURES}
    assert {group for group, _, _ in of_python.ENTRY_POINTS} == groups
    for group in groups:
        assert f"`{group}`" in MANUAL


# REST


def test_every_operation_is_explained():
    from sciflask_reflex.api.app import versioned
    from sciflask_reflex.api.openapi import document

    page, made = of_site.rest_page(), document(versioned())
    for path, operations in made["paths"].items():
        for verb, operation in operations.items():
            assert sentences(operation.get("description", "").partition("\n\n")[0]), f"{verb} {path} has no sentence"
            assert f"| `{verb.upper()} {path}` |" in page
    for name in made["components"]["schemas"]:
        assert f"### {name}\n" in page
