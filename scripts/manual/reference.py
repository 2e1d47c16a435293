"""Every page that is made from the code, by its place in the manual. Whatever is added to the code appears here by itself."""

from scripts.manual.of_python import client_page, feature_page, toolkit_page
from scripts.manual.of_site import commands_page, errors_page, rest_page, settings_page, site_file_page
from scripts.manual.of_tools import inputs_page, outputs_page, parameters_page, tool_pages, tools_page


def made_pages() -> dict[str, str]:
    """Return path and Markdown of each."""
    return {
        "reference/tools.md": tools_page(),
        "reference/inputs.md": inputs_page(),
        "reference/parameters.md": parameters_page(),
        "reference/outputs.md": outputs_page(),
        "reference/toolkit.md": toolkit_page(),
        "reference/features.md": feature_page(),
        "reference/client.md": client_page(),
        "reference/rest.md": rest_page(),
        "reference/settings.md": settings_page(),
        "reference/site-file.md": site_file_page(),
        "reference/commands.md": commands_page(),
        "reference/errors.md": errors_page(),
        **{f"reference/tools/{slug}.md": text for slug, text in tool_pages().items()},
    }
