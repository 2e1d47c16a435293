"""Tables of numbers in text files: how they are recognised, checked and read. One parser serves the check and the job.

The order is: ``sniff`` (what is it), ``prescan`` (is it safe to read), ``parse`` (cells to numbers), ``check`` (what to tell the person),
``read`` (what the tool gets). Only the last two load numpy and pandas, and only when they get that far.
"""

from pipeline.toolkit.tables.read import read_sample_table
from pipeline.toolkit.tables.report import CheckReport
from pipeline.toolkit.tables.shared import shared_samples_findings

__all__ = ["CheckReport", "read_sample_table", "shared_samples_findings"]
