"""A tool that is computed while its controls move."""
