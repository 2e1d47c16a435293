"""PDB files of an archive, and the ensemble as one PDB file with a model for each."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from pipeline.toolkit import Archive, Finding, ToolError
from pipeline.toolkit.findings import error, note

SUFFIXES = (".pdb", ".ent")
RECORDS = ("ATOM  ", "HETATM", "TER")
DIGITS = re.compile(r"(\d+)")


def pdb_names(models: Archive) -> list[str]:
    """Return the names of the PDB files of an archive, numbers in the order of counting: 2.pdb before 10.pdb."""
    names = [name for name in models.names if name.lower().endswith(SUFFIXES)]
    return sorted(names, key=lambda name: [(int(part), "") if part.isdigit() else (0, part) for part in DIGITS.split(name)])


def stem(name: str) -> str:
    """Return the name of a file without folder and suffix."""
    return PurePosixPath(name).stem


def findings_in_models(models: Archive, curves: int) -> list[Finding]:
    """Say what is wrong with an archive of structures, one for each of the simulated curves."""
    names = pdb_names(models)
    if len(names) != curves:
        message = f"The archive holds {len(names)} PDB files (.pdb or .ent) for {curves} simulated curves."
        return [error(message, "Put in one file for each curve, named so that their order is that of the columns: 1.pdb, 2.pdb, ...")]
    if empty := [name for name in names if not atoms(models, name)]:
        return [error(f"{empty[0]} holds no ATOM record.", "Put in structures in the PDB format.")]
    others = len(models.names) - len(names)
    return [note(f"Files that are no PDB files are left out: {others}.")] if others else []


def atoms(models: Archive, name: str) -> list[str]:
    """Return the lines of the atoms of a structure; of several models only the first one."""
    found: list[str] = []
    for line in models.member(name).decode("ascii", errors="replace").splitlines():
        if line.startswith("ENDMDL"):
            break
        if line.startswith(RECORDS):
            found.append(line.rstrip()[:80])
    return found if any(line.startswith(RECORDS[:2]) for line in found) else []


def ensemble_pdb(models: Archive, names: Sequence[str], labels: Sequence[str], weights: Sequence[float]) -> str:
    """Return structures as one PDB text: a ``MODEL`` for each, name and weight in a remark. Coordinates stay as they are.

    Raises:
        ToolError: If a file holds no atom.
    """
    lines = [
        f"REMARK   6 MODEL {i:4d} WEIGHT {weight:.6f} {label}"[:80]
        for i, (label, weight) in enumerate(zip(labels, weights, strict=True), 1)
    ]
    for number, name in enumerate(names, 1):
        found = atoms(models, name)
        if not found:
            message = f"{name} holds no ATOM record. Put in structures in the PDB format."
            raise ToolError(message)
        lines += [f"MODEL     {number:4d}", *found, "ENDMDL"]
    return "\n".join([*lines, "END", ""])
