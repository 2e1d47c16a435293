"""From uploaded tables to arrays: the measured curve, and the simulated ones on the same q."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.toolkit import CurveTable, Finding, ToolError
from pipeline.toolkit.findings import error, errors_in, note

FEWEST_POINTS = 10
MOST_CURVES = 1_000
SAME_Q = 1e-4
"""Largest relative difference of two q that are taken for the same."""
AGAIN = "Columns are q, I and sigma, in this order."
UNNAMED = re.compile(r"column \d+")


@dataclass(frozen=True, eq=False)
class Curves:
    """What is compared: q, intensities and errors of shape (points,), simulated of shape (points, models), and the models' names."""

    q: NDArray[np.float64]
    intensities: NDArray[np.float64]
    errors: NDArray[np.float64]
    simulated: NDArray[np.float64]
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def _has_q(simulated: CurveTable) -> bool:
    """Whether the first column is q: it says so, or it rises all along."""
    return bool(simulated.names and simulated.names[0].lower() in ("q", "s")) or bool((np.diff(simulated.values[:, 0]) > 0).all())


def findings_in_measured(measured: CurveTable) -> list[Finding]:
    """Say what is wrong with a measured curve; lines are counted from the first line of numbers."""
    values = measured.values
    if values.shape[1] < 3:
        cure = f"{AGAIN} Without errors nobody can say how certain the weights are."
        return [error(f"There are {values.shape[1]} columns; three are needed.", cure)]
    found = []
    if len(values) < FEWEST_POINTS:
        found.append(error(f"The curve has {len(values)} points; at least {FEWEST_POINTS} are needed.", "Upload the whole curve."))
    falls = np.flatnonzero(np.diff(values[:, 0]) <= 0)
    if falls.size:
        cure = f"{AGAIN} Sort the lines by q and keep each q once."
        found.append(error(f"q does not rise from point {falls[0] + 1:,} to point {falls[0] + 2:,}.", cure, column="q"))
    if values[:, 0].min() < 0:
        found.append(error("q is below 0.", AGAIN, column="q"))
    if (wrong := np.flatnonzero(values[:, 2] <= 0)).size:
        cure = "Errors are standard deviations, above 0. Leave out points without one."
        found.append(error(f"Sigma is not above 0 at {wrong.size:,} points, first at point {wrong[0] + 1:,}.", cure, column="sigma"))
    if not found and not (values[:, 1] > 0).any():
        found.append(error("No intensity is above 0.", AGAIN, column="I"))
    if values.shape[1] > 3:
        found.append(note(f"Columns after the third are left out: {values.shape[1] - 3}."))
    return found


def findings_in_simulated(simulated: CurveTable, measured: CurveTable) -> list[Finding]:
    """Say what is wrong with simulated curves, given a measured one that is right."""
    q, values = measured.values[:, 0], simulated.values
    has_q = _has_q(simulated)
    fault = _fault_of_shape(values, q, has_q=has_q) or _fault_of_curves(values[:, has_q:])
    if fault or not has_q:
        return [fault] if fault else []
    inside = _inside(q, values[:, 0])
    if inside.sum() < FEWEST_POINTS:
        message = f"Measured and simulated curves share {inside.sum()} points of q; at least {FEWEST_POINTS} are needed."
        return [error(message, "Simulate over the measured range, with q in the same unit.")]
    return [note(sentence) for sentence in _q_notes(values[:, 0], q, inside)]


def _fault_of_shape(values: NDArray[np.float64], q: NDArray[np.float64], *, has_q: bool) -> Finding | None:
    if not has_q and len(values) != len(q):
        message = f"There are {len(values):,} lines for {len(q):,} measured points, and the first column is not q."
        return error(message, "Give one line for each measured point, or put q, rising, into the first column.")
    if has_q and not (np.diff(values[:, 0]) > 0).all():
        return error("q does not rise from line to line.", "Sort the lines by q and keep each q once.")
    return None


def _fault_of_curves(curves: NDArray[np.float64]) -> Finding | None:
    models = curves.shape[1]
    if models < 2:
        return error(f"Simulated curves: {models}; at least two are needed.", "Give a column for each model.")
    if models > MOST_CURVES:
        return error(f"There are {models:,} curves; at most {MOST_CURVES:,} are accepted.", "Leave out models that are much alike.")
    if (empty := np.flatnonzero(~(curves > 0).any(axis=0))).size:
        return error(f"Curve {empty[0] + 1} has no intensity above 0.", "Leave it out, or simulate it again.", column=str(empty[0] + 1))
    return None


def _inside(q: NDArray[np.float64], own: NDArray[np.float64]) -> NDArray[np.bool_]:
    return (q >= own[0] * (1 - SAME_Q)) & (q <= own[-1] * (1 + SAME_Q))


def _q_notes(own: NDArray[np.float64], q: NDArray[np.float64], inside: NDArray[np.bool_]) -> list[str]:
    notes = []
    if not _same(own, q):
        notes.append(f"The simulated curves have a q of their own ({own.size:,} points); they are interpolated to the measured q.")
    if lost := int((~inside).sum()):
        notes.append(f"{lost:,} measured points lie outside the simulated q and are left out.")
    return notes


def _same(own: NDArray[np.float64], q: NDArray[np.float64]) -> bool:
    return own.size == q.size and bool(np.allclose(own, q, rtol=SAME_Q, atol=0))


def prepare(measured: CurveTable, simulated: CurveTable, files: Sequence[str] = ()) -> Curves:
    """Return the curves on the measured q; those with a q of their own are interpolated by monotone cubics.

    Models are called by the header of the simulated curves, else by the ``files`` when there are as many, else by number.

    Raises:
        ToolError: If the check would find an error; says the first one.
    """
    from scipy.interpolate import PchipInterpolator

    faults = errors_in(findings_in_measured(measured)) or errors_in(findings_in_simulated(simulated, measured))
    if faults:
        message = f"{faults[0].message} {faults[0].cure}"
        raise ToolError(message)
    q, intensities, errors = measured.values[:, :3].T
    has_q = _has_q(simulated)
    curves = simulated.values[:, has_q:]
    names = _names(simulated.names[has_q:], curves.shape[1], files)
    if not has_q:
        return Curves(q, intensities, errors, curves, names)
    own = simulated.values[:, 0]
    inside = _inside(q, own)
    notes = tuple(_q_notes(own, q, inside))
    if not _same(own, q):
        curves = PchipInterpolator(own, curves)(np.clip(q[inside], own[0], own[-1]))
    return Curves(q[inside], intensities[inside], errors[inside], curves, names, notes)


def _names(header: Sequence[str], models: int, files: Sequence[str]) -> tuple[str, ...]:
    named = len(header) == models and len(set(header)) == models and not all(UNNAMED.fullmatch(name) for name in header)
    if named:
        return tuple(header)
    return tuple(files) if len(files) == models else tuple(f"model {number}" for number in range(1, models + 1))
