"""The few handlers of Reflex itself that a page needs, each with its reason. All others are denied: ``setvar``, ``hydrate`` and the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reflex_base.registry import RegistrationContext

MAX_HASHES = 1_000
MAX_REPORT_CHARS = 4_000

OURS = {"sciflask_reflex"}
"""Packages whose states are ours: the site's own, and those that features are from."""


@dataclass(frozen=True)
class Internal:
    """Why an internal handler is needed, what it may carry, and how often."""

    reason: str
    admits: Callable[[dict[str, Any]], bool]
    per_minute: float = 1_200


def own_storage(values: object) -> dict[str, Any]:
    """Return those values of browser storage that belong to our own states; nobody else's may be set from outside."""
    states = RegistrationContext.get().base_states
    pairs = values.items() if isinstance(values, Mapping) else ()
    return {
        name: value
        for name, value in pairs
        if isinstance(name, str) and (kind := states.get(name.rpartition(".")[0])) and kind.__module__.partition(".")[0] in OURS
    }


def _nothing(payload: dict[str, Any]) -> bool:
    return not payload


def _hydrated_flag(payload: dict[str, Any]) -> bool:
    return payload.keys() == {"value"} and isinstance(payload["value"], bool)


def _storage(payload: dict[str, Any]) -> bool:
    payload["vars"] = own_storage(payload.get("vars"))
    return payload.keys() == {"vars"}


def _boot(payload: dict[str, Any]) -> bool:
    payload["vars"] = own_storage(payload.get("vars"))
    hashes = payload.get("hashes") or []
    fits = isinstance(hashes, list) and len(hashes) <= MAX_HASHES and all(isinstance(item, str) for item in hashes)
    return fits and payload.keys() <= {"vars", "hashes"}


def _report(payload: dict[str, Any]) -> bool:
    fits = all(isinstance(value, str) and len(value) <= MAX_REPORT_CHARS for value in payload.values())
    return fits and payload.keys() == {"info", "component_stack"}


INTERNALS: dict[str, Internal] = {
    "reflex.state.State.hydrate_and_load": Internal("A tab that connects gets its state and the events of its page.", _boot),
    "reflex.state.OnLoadInternalState.on_load_internal": Internal("A change of page runs the events of the new page.", _nothing),
    "reflex.state.OnLoadInternalState.set_is_hydrated": Internal(
        "Ends the loading of a page; the flag is for display only.", _hydrated_flag
    ),
    "reflex.state.UpdateVarsInternalState.update_vars_internal": Internal("The browser's own storage, of our own states only.", _storage),
    "reflex.state.FrontendEventExceptionState.handle_frontend_exception": Internal(
        "A fault in the page reaches the log, a few times.", _report, 1
    ),
}
