"""Make the example data: ``python -m pipeline.correlation.example.make``. Same seed, same bytes.

The numbers are made up. Names are those of real genes and metabolites, and hidden programmes of the cell tie some of
them together, so that the result looks like something: glycolysis, fatty acid oxidation, the urea cycle, lipid
synthesis and inflammation.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SEED = 20_260_801
SAMPLES = 60
GAPS = 14
PROGRAMMES = ("glycolysis", "oxidation", "urea", "lipids", "inflammation")
GENES = {
    "glycolysis": "HK2 PFKP ALDOA PGK1 ENO1 PKM LDHA SLC2A1",
    "oxidation": "CPT1A ACADM HADHA ACOX1 PDK4 PPARA",
    "urea": "ARG1 ASS1 ASL CPS1 OTC",
    "lipids": "FASN ACACA SCD ELOVL6 SREBF1",
    "inflammation": "IL6 CRP STAT3 SOCS3 IDO1",
    "": "ALB MYC EGFR KRAS TTN BRCA1 CFTR HBB INS OPN1LW RHO",
}
METABOLITES = {
    "glycolysis": "lactate pyruvate alanine -glucose",
    "oxidation": "acetylcarnitine octanoylcarnitine palmitoylcarnitine 3-hydroxybutyrate",
    "urea": "urea ornithine citrulline -arginine",
    "lipids": "palmitate stearate oleate palmitoleate",
    "inflammation": "kynurenine neopterin -tryptophan",
    "": "creatinine glycine taurine histidine lysine choline betaine urate hippurate inosine uridine",
}
"""A minus before a name: the programme lowers it."""


def _columns(groups: dict[str, str], hidden: dict[str, NDArray[np.float64]], random: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    columns = {}
    for programme, names in groups.items():
        for name in names.split():
            share = random.uniform(0.55, 0.9) if programme else 0.0
            signal = hidden[programme] if programme else 0.0
            noise = random.normal(size=SAMPLES)
            columns[name.lstrip("-")] = (-share if name[0] == "-" else share) * signal + np.sqrt(1 - share**2) * noise
    return columns


def _csv(samples: list[str], columns: dict[str, NDArray[np.float64]], gaps: set[tuple[int, int]]) -> str:
    """Return the table as text with three digits; places in ``gaps`` stay empty."""
    lines = [",".join(["sample", *columns])]
    for row, sample in enumerate(samples):
        cells = ("" if (row, place) in gaps else f"{values[row]:.3f}" for place, values in enumerate(columns.values()))
        lines.append(",".join([sample, *cells]))
    return "\n".join(lines) + "\n"


def make() -> dict[str, str]:
    """Return file name → content: expression of 40 genes (log2) and concentrations of 30 metabolites (micromol/l), 60 samples.

    The second file lists the same samples in another order and lacks a few values, as real files do.
    """
    random = np.random.default_rng(SEED)
    samples = [f"S{number:03d}" for number in range(1, SAMPLES + 1)]
    hidden = {programme: random.normal(size=SAMPLES) for programme in PROGRAMMES}
    genes = {name: 8 + random.uniform(0.5, 2) * z for name, z in _columns(GENES, hidden, random).items()}
    metabolites = {name: 10 ** (random.uniform(0, 2) + 0.3 * z) for name, z in _columns(METABOLITES, hidden, random).items()}
    order = random.permutation(SAMPLES)
    shuffled = {name: values[order] for name, values in metabolites.items()}
    places = random.choice(SAMPLES * len(metabolites), size=GAPS, replace=False)
    gaps = {(int(place) // len(metabolites), int(place) % len(metabolites)) for place in places}
    return {"genes.csv": _csv(samples, genes, set()), "metabolites.csv": _csv([samples[i] for i in order], shuffled, gaps)}


def write(*folders: Path) -> None:
    """Write the files into each folder."""
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in make().items():
            (folder / name).write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(__file__).parent)
