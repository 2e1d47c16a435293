"""The panel as a whole: starlette-admin with our door before it, our session instead of its own, and our lists in it."""

from collections.abc import Sequence
from functools import cached_property

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette_admin import CustomView
from starlette_admin.auth import AdminUser, BaseAuthProvider
from starlette_admin.base import BaseAdmin
from starlette_admin.export import ExportConfig
from starlette_admin.routing import route
from starlette_admin.theme import DefaultTheme, TablerSettings
from starlette_admin.views import BaseView

from sciflask_reflex import routes
from sciflask_reflex.admin.door import Door
from sciflask_reflex.admin.shelf import MOST_ROWS, Shelf
from sciflask_reflex.admin.templating import OWN, loaders
from sciflask_reflex.admin.views.keys import Sessions, Tokens
from sciflask_reflex.admin.views.people import People
from sciflask_reflex.admin.views.records import Faults, Log, Mails
from sciflask_reflex.admin.views.rules import Announcements, Domains, Roles
from sciflask_reflex.admin.views.work import Analyses, Shares, Studies
from sciflask_reflex.http.asgi import ASGIApp, Receive, Scope, Send
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.secrets import subkey
from sciflask_reflex.settings import settings

VIEWS: tuple[type[Shelf], ...] = (
    People, Roles, Studies, Analyses, Shares, Domains, Announcements, Tokens, Sessions, Log, Mails, Faults,
)  # fmt: skip


class OurSession(BaseAuthProvider):
    """Asks whom the door let in. There is no other way to sign in, and nothing here that could be guessed at."""

    async def authenticate(self, request: Request) -> AdminUser | None:
        """Return the admin, who came through the door."""
        principal: Principal = request.state.principal
        return AdminUser(username=principal.name or principal.email)


class Overview(CustomView):
    """The first page: what there is, and how much of it."""

    def __init__(self) -> None:
        super().__init__(menu_label="Overview", icon="fa-solid fa-house", path="/", route_name="index")

    @route("")
    async def index(self, request: Request) -> Response:
        """Draw the page."""
        admin = self._admin
        assert admin is not None, "the view belongs to the panel"
        lists = [view for view in admin._model_views if isinstance(view, Shelf)]  # noqa: SLF001 - there is no public way
        cards = [
            {"label": view.menu_label, "count": await view.count(request), "url": str(request.url_for("admin:list", key=view.key))}
            for view in lists
        ]
        return admin._template_response(request, "overview.html", {"title": "Administration", "cards": cards})  # noqa: SLF001


class Panel(BaseAdmin):
    """starlette-admin with our templates. The secret of its cookies follows from the site's: all processes have the same."""

    def __init__(self, added: Sequence[type[BaseView]] = ()) -> None:
        super().__init__(
            title=settings().site_name,
            base_url=routes.ADMIN,
            templates_dir=str(OWN),
            additional_loaders=loaders(),
            static_dir=str(OWN.parent / "static"),
            index_view=Overview(),
            theme=DefaultTheme(TablerSettings(base="slate", primary="teal")),
            auth_provider=OurSession(),
            secret_key=subkey("admin").hex(),
            timezone_config=None,
            export_config=ExportConfig(max_rows=MOST_ROWS),
        )
        for view in (*VIEWS, *added):
            self.add_view(view)


def build(added: Sequence[type[BaseView]] = ()) -> Starlette:
    """Return the panel, with what features add to it, as an app of its own. Only ``Door`` may serve it."""
    panel = Panel(added)
    panel.mount_to(Starlette())
    return panel.app


class Later:
    """The panel, built for the first admin who asks: the key of the site need not be there before, nor does any command wait for it."""

    def __init__(self, added: Sequence[type[BaseView]]) -> None:
        self._added = added

    @cached_property
    def panel(self) -> Starlette:
        """The app itself."""
        return build(self._added)

    @property
    def routes(self) -> list[BaseRoute]:
        """The addresses in it, of which links are made."""
        return self.panel.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        await self.panel(scope, receive, send)


def admin_panel(app: ASGIApp, added: Sequence[type[BaseView]] = ()) -> ASGIApp:
    """Return the app with the panel under ``/admin``, and the views that features add to it; goes inside the guards."""
    return Door(app, Later(added))
