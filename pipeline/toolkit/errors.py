"""What can go wrong in a tool, each with a sentence for somebody.

ToolError             the science cannot go on; the sentence is for the person who asked
ParameterError        values outside their bounds; one sentence per parameter
ToolDefinitionError   the tool is declared wrongly; names file, parameter and cure, for its author
"""


class ToolError(Exception):
    """Raised by a tool when the science cannot go on. The text is shown to the person as it stands."""


class ParameterError(ValueError):
    """Raised when parameters are outside their bounds; ``fields`` maps each parameter to its sentence."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


class ToolDefinitionError(TypeError):
    """Raised at import when a tool's declaration does not hold together."""
