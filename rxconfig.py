"""Reflex's own options. They follow from ``sciflask_reflex.settings``; nothing is decided here."""

import reflex as rx

from sciflask_reflex.settings import settings
from sciflask_reflex.shell.theme import theme

site = settings()
many = site.web_workers > 1

config = rx.Config(
    app_name="sciflask_reflex",
    plugins=[rx.plugins.RadixThemesPlugin(theme=theme())],
    disable_plugins=[rx.plugins.SitemapPlugin],
    # The build must fit every address; `supervisor/frontend.py` makes the page ask its own origin.
    api_url="http://localhost",
    deploy_url=site.public_url,
    backend_host=site.host,
    backend_port=site.port,
    # As shipped, Reflex answers every origin and lets it send cookies.
    cors_allowed_origins=list(site.origins),
    trusted_proxy_hops=site.proxy_hops,
    # One web process keeps its tabs in memory; several share them through Redis. Tabs are a cache: what matters is in the database.
    state_manager_mode="redis" if many else "memory",
    redis_url=site.tabs_url if many else None,
    redis_token_expiration=24 * 3600,
    telemetry_enabled=False,
    show_built_with_reflex=False,
)
