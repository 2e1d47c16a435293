"""The panel's templates: those of starlette-admin, mended where they would break the content security policy, and our own on top."""

from collections.abc import Callable
from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, PackageLoader, TemplateNotFound

OWN = Path(__file__).parent / "templates"
PATCHES = (
    # Inline scripts get the nonce of their answer. What somebody stored never passes here: only the text of the templates does.
    ("<script>", '<script nonce="{{ request.state.nonce }}">'),
    ('onclick="applyColumnVisibility()"', 'data-panel="apply-columns"'),
    ('onchange="window.location = this.value"', 'data-panel="page-size"'),
    ('<div class="dropdown-menu dropdown-menu-end">', '<div class="dropdown-menu">'),  # of a row: to the right, where there is room
    ('<aside class="navbar navbar-vertical navbar-expand-lg" data-bs-theme="dark">', '<aside class="navbar navbar-vertical navbar-expand-lg">'),
    ('{{ _("Admin") }}</a>', "Administration</a>"),
    ('<strong>#{{ obj[pk] }}</strong>', "<strong>{{ obj.name or obj.email or obj[pk] }}</strong>"),
    ('{{ _("Detail") }}</li>', "Details</li>"),
    ("{{ cls('form.cancel_button') }}", "btn"),
)  # fmt: skip


class Mended(BaseLoader):
    """Gives out the templates of another loader with the patches applied."""

    def __init__(self, inner: BaseLoader) -> None:
        self._inner = inner

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return the text of a template."""
        source, filename, is_current = self._inner.get_source(environment, template)
        for wrong, right in PATCHES:
            source = source.replace(wrong, right)
        return source, filename, is_current

    def list_templates(self) -> list[str]:
        """Return the names of all templates."""
        return self._inner.list_templates()


class Original(BaseLoader):
    """Gives out starlette-admin's own templates, mended, under ``original/``: for ours to extend them."""

    PREFIX = "original/"

    def __init__(self, inner: BaseLoader) -> None:
        self._inner = inner

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return the text of a template."""
        if not template.startswith(self.PREFIX):
            raise TemplateNotFound(template)
        return self._inner.get_source(environment, template.removeprefix(self.PREFIX))


def loaders() -> list[BaseLoader]:
    """Return where templates are looked for, in this order, before starlette-admin's own are taken as they are."""
    mended = Mended(PackageLoader("starlette_admin", "templates"))
    return [FileSystemLoader(OWN), Original(mended), mended]
