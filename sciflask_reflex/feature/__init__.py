"""The extension point: pages, addresses, links, tours, admin views and views of results that come and go as one thing."""

from sciflask_reflex.analyses.tool_views import Shown, ToolView
from sciflask_reflex.feature.declare import Feature, FeatureError, Page
from sciflask_reflex.shell.places import NavLink
from sciflask_reflex.shell.tour import Stop

__all__ = ["Feature", "FeatureError", "NavLink", "Page", "Shown", "Stop", "ToolView"]
