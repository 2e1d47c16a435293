"""What somebody wants to see: a live tool, complete parameters and a seed. Equal wishes have equal keys."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from sys import modules
from typing import Any

from pipeline import toolkit, tools
from pipeline.toolkit import ParameterError, Tool
from pipeline.toolkit.result import versions
from sciflask_reflex import routes, secrets
from sciflask_reflex.errors import Invalid, NotFound

LARGEST_SEED = 2**32 - 1
MOST_CHARACTERS = 30_000
"""Of all parameters together, as JSON: what does not fit into a line to the child is no set of controls."""
SEED_RULE = f"Seed must be a whole number, at least 0 and at most {LARGEST_SEED}."


@dataclass(frozen=True)
class Asked:
    """One wish, checked: what the key stands for."""

    tool: Tool
    parameters: Mapping[str, Any]
    seed: int
    key: str

    @property
    def files(self) -> str:
        """Return below which address the files of its result are found."""
        return routes.live_files(self.tool.slug, self.key)


def live_tool(slug: str) -> Tool:
    """Return a live tool.

    Raises:
        NotFound: If there is none of that name.
        Invalid: If the tool of that name needs a study and a job.
    """
    tool = tools().get(slug)
    if tool is None:
        raise NotFound("tool")
    if not tool.live:
        message = f"{tool.title} is no live tool: save a study and start an analysis of it."
        raise Invalid(message)
    return tool


def ask(tool: Tool, parameters: Mapping[str, Any], seed: Any = 0) -> Asked:
    """Return the wish for these parameters; those left out take their defaults.

    Raises:
        ParameterError: If a value cannot be accepted; one sentence for each.
    """
    if len(json.dumps(dict(parameters), default=str)) > MOST_CHARACTERS:
        message = f"The parameters are longer than the {MOST_CHARACTERS:,} characters that they may have."
        raise ParameterError({"": message})
    faults, number = {}, 0
    try:
        number = whole(seed)
    except ValueError:
        faults = {"seed": SEED_RULE}
    try:
        values = tool.validate(parameters)
    except ParameterError as error:
        raise ParameterError(error.fields | faults) from None
    if faults:
        raise ParameterError(faults)
    return Asked(tool, values, number, _key(tool, values, number))


def whole(seed: Any) -> int:
    """Return a seed as a number; raises ValueError for what is none."""
    if isinstance(seed, str) and seed.strip().isdecimal() and len(seed.strip()) <= len(str(LARGEST_SEED)):
        seed = int(seed)
    if type(seed) is not int or not 0 <= seed <= LARGEST_SEED:
        raise ValueError(SEED_RULE)
    return seed


def _key(tool: Tool, values: Mapping[str, Any], seed: int) -> str:
    """Return the name of the result: the same for the same wish, and not to be guessed without the site's secret."""
    text = json.dumps([tool.slug, version_of(tool), values, seed], sort_keys=True)
    return hmac.digest(secrets.subkey("live results"), text.encode(), hashlib.sha256).hex()[:32]


@cache
def version_of(tool: Tool) -> str:
    """Return a digest of what the numbers and files depend on beside the parameters: code of the tool, the toolkit, libraries."""
    digest = hashlib.sha256(json.dumps(versions(), sort_keys=True).encode())
    for path in (*_sources(tool.function.__module__), *_sources(toolkit.__name__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _sources(module: str) -> list[Path]:
    """Return the files of the package that a module stands in, or of the module alone."""
    package = modules[module].__package__ or module
    file = modules[module].__file__ or ""
    own = modules[package].__file__ if package in modules else None
    return sorted(Path(own).parent.rglob("*.py")) if own else [Path(file)]
