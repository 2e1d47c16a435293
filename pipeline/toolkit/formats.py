"""The formats in which a table of samples may come: how names of such files end, and how the files begin."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a table.

    Attributes:
        name: What the code calls it.
        title: What a person calls it.
        suffixes: How names of such files end.
        starts: The first bytes, one of these; text has none of its own.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    starts: tuple[bytes, ...] = ()


TEXT = Format("text", "text table", (".csv", ".tsv", ".txt"))
PACKED = Format("packed", "text table packed by gzip", (".csv.gz", ".tsv.gz", ".txt.gz"), (b"\x1f\x8b",))
WORKBOOK = Format("workbook", "Excel workbook", (".xlsx",), (b"PK\x03\x04",))
PARQUET = Format("parquet", "Parquet file", (".parquet",), (b"PAR1",))
FEATHER = Format("feather", "Feather file", (".feather",), (b"ARROW1",))
H5AD = Format("h5ad", "AnnData file", (".h5ad",), (b"\x89HDF\r\n\x1a\n",))
FORMATS = (TEXT, PACKED, WORKBOOK, PARQUET, FEATHER, H5AD)
SUFFIXES = tuple(suffix for known in FORMATS for suffix in known.suffixes)
OLD_FEATHER = b"FEA1"
"""Feather version 1, which its own makers have given up."""


def by_name(filename: str) -> Format | None:
    """Return the format that a name promises; None when it promises none."""
    return next((known for known in FORMATS if filename.lower().endswith(known.suffixes)), None)


def by_content(head: bytes) -> Format:
    """Return the format that the first bytes show; text when they show none."""
    return next((known for known in FORMATS if known.starts and head.startswith(known.starts)), TEXT)
