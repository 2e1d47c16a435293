"""Every kind of input that a tool may ask for."""

from pipeline.toolkit.archives import Archive
from pipeline.toolkit.curves import CurveTable
from pipeline.toolkit.inputs import SampleTable
from pipeline.toolkit.textfiles import TextFile

INPUT_KINDS: tuple[type, ...] = (SampleTable, CurveTable, TextFile, Archive)

__all__ = ["INPUT_KINDS", "Archive", "CurveTable", "SampleTable", "TextFile"]
