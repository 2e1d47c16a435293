"""The contract between science and site: what a tool may ask for, what it may give back, and how both are described.

Knows nothing of the web, the database or the queue.
"""

from pipeline.toolkit.declare import tool
from pipeline.toolkit.describe import describe
from pipeline.toolkit.errors import ParameterError, ToolDefinitionError, ToolError
from pipeline.toolkit.filelist import FileList
from pipeline.toolkit.findings import Finding, Severity
from pipeline.toolkit.inputs import Input, Limits
from pipeline.toolkit.kinds import Archive, CurveTable, SampleTable, TextFile
from pipeline.toolkit.outputs import Figure, File, Matrix, Metric, Metrics, Network, Output, Structure3D, Table, Text
from pipeline.toolkit.parameters import Parameter, parameter
from pipeline.toolkit.progress import Progress
from pipeline.toolkit.stored import StoredRows
from pipeline.toolkit.tool import Example, Resources, Tool
from pipeline.toolkit.wishes import Filter, Wish

__all__ = [
    "Archive",
    "CurveTable",
    "Example",
    "Figure",
    "File",
    "FileList",
    "Filter",
    "Finding",
    "Input",
    "Limits",
    "Matrix",
    "Metric",
    "Metrics",
    "Network",
    "Output",
    "Parameter",
    "ParameterError",
    "Progress",
    "Resources",
    "SampleTable",
    "Severity",
    "StoredRows",
    "Structure3D",
    "Table",
    "Text",
    "TextFile",
    "Tool",
    "ToolDefinitionError",
    "ToolError",
    "Wish",
    "describe",
    "parameter",
    "tool",
]
