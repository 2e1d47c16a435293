"""Reference of what is imported: the toolkit, the extension point, the client. Words are those of the docstrings."""

import inspect
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import sciflask_client as client
from pipeline import toolkit
from scripts.manual.markdown import code, page, rst, table

ENTRY_POINTS = (
    ("sciflask.tools", "the object that `@tool` made of a function, as in `lab_tools:count`", "../publishing.md"),
    ("sciflask.features", "an object of the class `Feature`, as in `lab_tools.pages:feature`", "../extending.md"),
)


def documented(module: ModuleType, name: str) -> str:
    """Return the directive that documents one public name."""
    value: Any = getattr(module, name)
    kind = "class" if inspect.isclass(value) else "function" if callable(value) else "data"
    if inspect.isclass(value) and issubclass(value, Exception):
        kind = "exception"
    return f".. auto{kind}:: {module.__name__}.{name}\n"


def _listed(module: ModuleType, names: Iterable[str]) -> str:
    return rst("\n".join(documented(module, name) for name in names))


def toolkit_page() -> str:
    """Everything that ``from pipeline.toolkit import ...`` gives."""
    return page(
        "Toolkit",
        "What a tool is written with. Everything here is imported from `pipeline.toolkit`; nothing else of the package is promised.",
        _listed(toolkit, sorted(toolkit.__all__, key=str.casefold)),
    )


def feature_page() -> str:
    """Everything that ``from sciflask_reflex.feature import ...`` gives."""
    from sciflask_reflex import feature

    return page(
        "Features",
        "What pages and views are added with. Everything here is imported from `sciflask_reflex.feature`.",
        _listed(feature, feature.__all__),
        "## Entry points\n\nWhat an installed package may bring, by the group in its `pyproject.toml`:",
        table(("group", "names", "how"), [(code(group), words, f"[how to]({where})") for group, words, where in ENTRY_POINTS]),
    )


def client_page() -> str:
    """Everything that ``from sciflask_client import ...`` gives."""
    return page("Client for Python", "Everything here is imported from `sciflask_client`.", _listed(client, sorted(client.__all__)))
