"""The site's tools for language models, over the Model Context Protocol at ``/mcp``."""
