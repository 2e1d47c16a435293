"""Rules of the site that admins set: limits of roles, academic domains, announcements. Each change is one transaction with its line in the log."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from sciflask_reflex import audit, quotas
from sciflask_reflex.db import writing
from sciflask_reflex.errors import LOOK_AGAIN, Invalid, NotFound, Refused
from sciflask_reflex.identity.academic import plain_domain
from sciflask_reflex.identity.models import AcademicDomain
from sciflask_reflex.jobs.letters import one_line
from sciflask_reflex.live.news import tell_everybody
from sciflask_reflex.manage.announcements.service import faults_in
from sciflask_reflex.manage.quotas.service import HIGHEST, WHOLE, put, tool_faults
from sciflask_reflex.models import LONGEST_ROLE, Announcement, Owner, RoleLimits, utcnow
from sciflask_reflex.settings import settings

ROLE = re.compile(rf"[a-z][a-z0-9-]{{0,{LONGEST_ROLE - 1}}}")
COUNTRY = re.compile(r"[A-Z]{2}|")


def save_role(role: str, values: Mapping[str, Any], *, new: bool) -> None:
    """Set title and limits of a role; an empty limit follows the settings, 0 means none. With ``new`` it must not have limits yet.

    Raises:
        Invalid: With one sentence per field at fault. NotFound: If there is nothing to change.
    """
    faults = {name: WHOLE for name in quotas.NUMBERS if not _is_limit(values.get(name))}
    if not ROLE.fullmatch(role):
        faults["role"] = f"Use at most {LONGEST_ROLE} small letters, digits and hyphens."
    title, slugs = _line(values.get("title"))[:60], list(values.get("tools") or [])
    faults |= tool_faults(slugs)
    if faults:
        raise Invalid(LOOK_AGAIN, faults)
    with writing() as session:
        row = session.get(RoleLimits, role)
        if new and row is not None:
            raise Invalid(LOOK_AGAIN, {"role": "This role has limits already. Change those."})
        if not new and row is None:
            raise NotFound("role")
        put(session, role, {"title": title, "tools": slugs or None, **{name: values.get(name) for name in quotas.NUMBERS}})


def delete_role(role: str) -> None:
    """Let a role follow the settings again; raises Refused where people would be left with a role that nobody knows."""
    with writing() as session:
        row = session.get(RoleLimits, role)
        if row is None:
            raise NotFound("role")
        holders = session.exec(select(func.count()).select_from(Owner).where(Owner.role == role)).one()
        if holders and role not in (*quotas.BUILT_IN, *settings().roles):
            sentence = f"{quotas.counted(holders, 'person has', 'people have')} this role. Give them another one first."
            raise Refused(sentence)
        session.delete(row)
        _note(session, "delete", "role", role, "")


def save_domain(domain: str, values: Mapping[str, Any], *, new: bool) -> str:
    """Add a domain to the list of institutions, or refuse one that is listed; returns it as it is kept.

    Raises:
        Invalid: With one sentence per field at fault. NotFound: If there is nothing to change.
    """
    faults: dict[str, str] = {}
    country = _line(values.get("country")).upper()
    domain = plain_domain(domain.strip(" .").removeprefix("@"))
    if not domain:
        faults["domain"] = "This is not a domain. It should look like university.edu."
    if not COUNTRY.fullmatch(country):
        faults["country"] = "Use the two letters of the country, as in GB."
    if faults:
        raise Invalid(LOOK_AGAIN, faults)
    texts = {name: _line(values.get(name))[:200] for name in ("institution", "note")}
    with writing() as session:
        row = session.get(AcademicDomain, domain)
        if new and row is not None:
            raise Invalid(LOOK_AGAIN, {"domain": "This domain is here already. Change that one."})
        if not new and row is None:
            raise NotFound("domain")
        row = row or AcademicDomain(domain=domain)
        which = _assign(row, {"allowed": bool(values.get("allowed")), "country": country, **texts})
        session.add(row)
        _note(session, "create" if new else "edit", "academicdomain", domain, which)
    return domain


def delete_domain(domain: str) -> None:
    """Let a domain count as the list of institutions has it."""
    with writing() as session:
        row = session.get(AcademicDomain, domain)
        if row is None:
            raise NotFound("domain")
        session.delete(row)
        _note(session, "delete", "academicdomain", domain, "")


def save_announcement(number: int | None, values: Mapping[str, Any]) -> int:
    """Make an announcement, or change one; every open tab shows it at once. Returns its number.

    Raises:
        Invalid: With one sentence per field at fault. NotFound: If there is nothing to change.
    """
    text, tone = _line(values.get("text")), str(values.get("tone") or "")
    starts, ends = values.get("starts_at") or utcnow(), values.get("ends_at")
    faults = faults_in(text, tone)
    if isinstance(ends, datetime) and ends <= starts:
        faults["ends_at"] = "It has to end after it starts."
    if faults:
        raise Invalid(LOOK_AGAIN, faults)
    with writing() as session:
        row = Announcement(text=text) if number is None else session.get(Announcement, number)
        if row is None:
            raise NotFound("announcement")
        which = _assign(row, {"text": text, "tone": tone, "starts_at": starts, "ends_at": ends})
        session.add(row)
        session.flush()
        _note(session, "create" if number is None else "edit", "announcement", str(row.id), which)
    tell_everybody()
    return row.id or 0


def delete_announcement(number: int) -> None:
    """Take an announcement away."""
    with writing() as session:
        row = session.exec(select(Announcement).where(col(Announcement.id) == number)).one_or_none()
        if row is None:
            raise NotFound("announcement")
        session.delete(row)
        _note(session, "delete", "announcement", str(number), "")
    tell_everybody()


def _is_limit(value: Any) -> bool:
    return value is None or (isinstance(value, int) and 0 <= value <= HIGHEST)


def _line(value: Any) -> str:
    return one_line(str(value or ""))


def _assign(row: Any, values: Mapping[str, Any]) -> str:
    """Set the values and return the names of those that changed."""
    which = [name for name, value in values.items() if getattr(row, name) != value]
    for name in which:
        setattr(row, name, values[name])
    return ",".join(which)


def _note(session: Session, what: str, model: str, name: str, which: str) -> None:
    audit.record(session, f"admin:{model}:{what}", thing=f"{model}:{name}", fields=which)
