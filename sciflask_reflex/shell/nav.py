"""The bar at the top and the line at the bottom."""

from typing import Any

import reflex as rx

from sciflask_reflex import routes
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.settings import settings
from sciflask_reflex.shell.links import plain_link
from sciflask_reflex.shell.logo import brand
from sciflask_reflex.shell.places import NavLink, Place, links, only_for

ROOM = 1
"""How many links features may add before the bar needs a wide window."""
SECTIONS = (("Tools", routes.TOOLS), ("Help", routes.HELP), ("About", routes.ABOUT))


def _added(place: Place, **looks: Any) -> list[rx.Component]:
    """Draw what features add at a place. On the bar it has a name that a stop of a tour can point at."""

    def drawn(link: NavLink) -> rx.Component:
        named = {} if place == "foot" else {"id": f"nav{link.path.replace('/', '-')}"}
        return rx.link(link.title, href=link.path, underline="none", **named, **looks)

    return [only_for(link.needs, drawn(link)) for link in links(place)]


def _sign_out(class_name: str) -> rx.Component:
    return rx.el.form(
        rx.el.button(rx.icon("log-out", size=16), "Sign out", type="submit", class_name=class_name),
        method="post",
        action=routes.AUTH_LOGOUT,
        on_submit=None,
    )


def _visitor() -> rx.Component:
    return rx.fragment(
        *_added("person", class_name="quiet only-wide"),
        rx.cond(SessionState.is_guest, rx.link("My work", href=routes.PROFILE, class_name="quiet only-wide", underline="none")),
        rx.link("Sign in", href=routes.LOGIN, class_name="btn text", underline="none"),
        rx.link("Create account", href=routes.REGISTER, class_name="btn only-wide", underline="none"),
    )


def _member() -> rx.Component:
    return rx.fragment(
        *_added("person", class_name="quiet only-wide"),
        rx.cond(SessionState.is_admin, rx.link("Administration", href=routes.MANAGE, class_name="quiet only-wide", underline="none")),
        rx.link(rx.icon("user", size=16), SessionState.name, href=routes.PROFILE, class_name="btn text only-wide", underline="none"),
        rx.link(
            rx.icon("settings", size=18),
            href=routes.ACCOUNT,
            class_name="icon-btn only-wide",
            underline="none",
            custom_attrs={"aria-label": "Account settings"},
        ),
        rx.el.span(_sign_out("btn text"), class_name="only-wide"),
    )


def _phone_menu() -> rx.Component:
    """Draw the menu of a narrow screen: plain links, so that keyboard, finger and screen reader all can follow them."""
    button = rx.el.button(rx.icon("menu", size=20), class_name="icon-btn only-phone", type="button", custom_attrs={"aria-label": "Menu"})
    return rx.popover.root(
        rx.popover.trigger(button),
        rx.popover.content(
            rx.el.nav(
                *[_phone_link(title, href) for title, href in SECTIONS],
                *_added_to_phone("sections"),
                *[_phone_link(title, href) for title, href in (("Upload data", routes.UPLOAD), ("My work", routes.PROFILE))],
                *_added_to_phone("person"),
                rx.cond(SessionState.is_admin, _phone_link("Administration", routes.MANAGE)),
                rx.cond(SessionState.signed_in, _phone_link("Account settings", routes.ACCOUNT)),
                rx.cond(SessionState.signed_in, _sign_out("btn text"), _phone_link("Create account", routes.REGISTER)),
                class_name="phone-menu",
                custom_attrs={"aria-label": "Menu"},
            ),
            align="end",
            size="1",
            custom_attrs={"aria-label": "Menu"},
        ),
    )


def _phone_link(title: str, href: str) -> rx.Component:
    return rx.popover.close(rx.link(title, href=href, underline="none", color="inherit"))


def _added_to_phone(place: Place) -> list[rx.Component]:
    return [only_for(link.needs, _phone_link(link.title, link.path)) for link in links(place)]


def color_mode() -> rx.Component:
    """Draw the switch between light and dark."""
    return rx.el.button(
        rx.color_mode_cond(rx.icon("moon", size=18), rx.icon("sun", size=18)),
        on_click=rx.toggle_color_mode,
        class_name="icon-btn",
        type="button",
        custom_attrs={"aria-label": "Switch between light and dark"},
    )


def bar(tour: rx.Component | None = None) -> rx.Component:
    """Draw the bar with the site's name, its sections and the person."""
    return rx.el.header(
        rx.el.div(
            rx.link(brand(), href=routes.HOME, class_name="brand", underline="none"),
            rx.el.nav(
                *[rx.link(title, href=href, underline="none") for title, href in SECTIONS],
                *_added("sections"),
                class_name="nav only-wide",
                custom_attrs={"aria-label": "Sections"},
            ),
            rx.el.div(
                tour or rx.fragment(),
                color_mode(),
                rx.cond(SessionState.signed_in, _member(), _visitor()),
                _phone_menu(),
                class_name="nav-right",
            ),
            class_name="bar-in",
        ),
        class_name="bar crowded" if len(links("sections")) + len(links("person")) > ROOM else "bar",
    )


def _whose() -> rx.Component:
    """Name the institution that runs the site, and where questions go."""
    known = settings().imprint.file.institution
    name = known.name or known.url
    parts = [plain_link("Contact", href=f"mailto:{settings().contact}")] if settings().contact else []
    if name:
        parts.append(plain_link(name, href=known.url) if known.url else rx.el.span(name))
    return rx.el.span(*(parts or [rx.el.span("Open source, MIT licence")]), class_name="end row")


def _sentence() -> rx.Component:
    footer = settings().imprint.footer
    return rx.html(footer, class_name="foot-in foot-words") if footer else rx.fragment()


def foot() -> rx.Component:
    """Draw the line with the legal pages."""
    texts = (
        ("Help", routes.HELP),
        ("About", routes.ABOUT),
        ("Terms", routes.TERMS),
        ("Privacy", routes.PRIVACY),
    )
    return rx.el.footer(
        rx.el.div(
            *[rx.el.a(title, href=href) for title, href in texts],
            *_added("foot"),
            plain_link("API", href=f"{routes.API}/docs"),
            _whose(),
            class_name="foot-in",
        ),
        _sentence(),
        class_name="foot",
    )
