"""What each role may keep and use: said in the settings, overruled by the admins, counted inside the transaction that adds.

Each rule is a function that returns a sentence, empty when nothing stands in the way. The pages show the sentence; the services
raise it, with the owner's row locked, so that two requests cannot both take the last place.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, fields
from datetime import timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from sciflask_reflex.errors import NotAllowed, NotFound, Refused
from sciflask_reflex.models import Analysis, Owner, Role, RoleLimits, Status, Study, StudyInput, Upload, utcnow
from sciflask_reflex.settings import MIB, RoleSettings, settings

BUILT_IN = (Role.GUEST, Role.USER, Role.ADMIN)
OCCUPYING = (Status.RUNNING, Status.CANCELLING)
"""What takes a worker's place."""
FORGOTTEN = timedelta(hours=1)
"""An upload that has not ended after so long was cut off; its reservation no longer counts."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a role. None means no limit."""

    max_studies: int | None = None
    max_studies_total: int | None = None
    max_analyses: int | None = None
    max_analyses_total: int | None = None
    max_mib: int | None = None
    max_running: int | None = None
    max_queued: int | None = None
    tools: frozenset[str] | None = None
    """Slugs of the tools that the role may use; None means all."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What an owner has and had. Examples do not count as studies; deleting gives back the first of each pair, not the second."""

    studies: int = 0
    studies_made: int = 0
    analyses: int = 0
    analyses_made: int = 0
    bytes: int = 0
    running: int = 0
    queued: int = 0


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role as the people who run the site see it."""

    name: str
    title: str
    limits: Limits


NUMBERS = tuple(field.name for field in fields(Limits) if field.name != "tools")
TITLES = {
    "max_studies": "Studies at a time",
    "max_studies_total": "Studies ever made",
    "max_analyses": "Analyses at a time",
    "max_analyses_total": "Analyses ever made",
    "max_mib": "Disk space in MiB",
    "max_running": "Running at once",
    "max_queued": "Waiting at once",
}
"""What each of the numbers is called."""


def limits_of(session: Session, role: str) -> Limits:
    """Return the limits of a role: as the admins set them, else as the settings say, else as a user has them. An admin is a user."""
    layers = list(_layers(session, role))
    numbers = {name: next((said for layer in layers if (said := getattr(layer, name)) is not None), None) for name in NUMBERS}
    tools = next((layer.tools for layer in layers if layer.tools is not None), None)
    return Limits(**{name: number or None for name, number in numbers.items()}, tools=None if tools is None else frozenset(tools))


def _layers(session: Session, role: str) -> Iterator[RoleLimits | RoleSettings | Limits]:
    """Yield what says something about a role, the strongest first."""
    for name in dict.fromkeys((role, Role.GUEST if role == Role.GUEST else Role.USER)):
        if (row := session.get(RoleLimits, str(name))) is not None:
            yield row
        if (said := settings().roles.get(str(name))) is not None:
            yield said
    yield _built_in(guest=role == Role.GUEST)


def _built_in(*, guest: bool) -> Limits:
    known, end = settings(), "_guest" if guest else ""
    names = {name: "max_owner_mib" if name == "max_mib" else name for name in NUMBERS}
    return Limits(**{name: getattr(known, setting + end) for name, setting in names.items()})


def roles(session: Session) -> list[RoleRow]:
    """Return every role that the site knows, the built-in ones first."""
    rows = {row.role: row for row in session.exec(select(RoleLimits).order_by(RoleLimits.role))}
    names = dict.fromkeys((*map(str, BUILT_IN), *settings().roles, *rows))
    return [RoleRow(name, title_of(session, name), limits_of(session, name)) for name in names]


def refuse_unknown_tools(known: Container[str]) -> None:
    """Raise ValueError, naming the role, when a setting names a tool that is not installed; called at the start of the web."""
    for name, said in settings().roles.items():
        if unknown := [slug for slug in said.tools or () if slug not in known]:
            message = f"SCIFLASK_ROLES: the role {name} names tools that are not installed: {', '.join(unknown)}."
            raise ValueError(message)


def title_of(session: Session, role: str) -> str:
    """Return what a role is called."""
    row, said = session.get(RoleLimits, str(role)), settings().roles.get(str(role))
    return (row.title if row else "") or (said.title if said else "") or str(role).replace("-", " ").capitalize()


def locked(session: Session, owner_id: str) -> Owner:
    """Return the owner and let nobody else add to their things until the transaction ends.

    Raises:
        NotFound: If there is no such owner.
    """
    owner = session.exec(select(Owner).where(Owner.id == owner_id).with_for_update()).one_or_none()
    if owner is None:
        raise NotFound("account")
    return owner


def usage_of(session: Session, owner_id: str) -> Usage:
    """Count what an owner has and had; everything is zero for nobody."""
    owner = session.get(Owner, owner_id)
    if owner is None:
        return Usage()
    counting = select(Analysis.status, func.count()).where(Analysis.owner_id == owner_id).group_by(col(Analysis.status))
    by_status = dict(session.exec(counting).all())
    return Usage(
        studies=_studies_kept(session, owner_id),
        studies_made=owner.studies_made,
        analyses=sum(by_status.values()),
        analyses_made=owner.analyses_made,
        bytes=bytes_kept(session, owner_id),
        running=sum(by_status.get(status, 0) for status in OCCUPYING),
        queued=by_status.get(Status.QUEUED, 0),
    )


def _studies_kept(session: Session, owner_id: str) -> int:
    own = select(func.count()).select_from(Study).where(Study.owner_id == owner_id, col(Study.is_example).is_(False))
    return session.exec(own).one()


def bytes_kept(session: Session, owner_id: str) -> int:
    """Count the bytes of an owner's studies, results and uploads, those that are still arriving included."""
    stored = (
        select(func.coalesce(func.sum(StudyInput.bytes), 0))
        .join(Study, col(Study.id) == StudyInput.study_id)
        .where(Study.owner_id == owner_id)
    )
    alive = (col(Upload.sha256) != "") | (col(Upload.created_at) > utcnow() - FORGOTTEN)
    waiting = select(func.coalesce(func.sum(Upload.bytes), 0)).where(Upload.owner_id == owner_id, alive)
    results = select(func.coalesce(func.sum(Analysis.result_bytes), 0)).where(Analysis.owner_id == owner_id)
    return sum(int(session.exec(part).one()) for part in (stored, waiting, results))


def study_fault(limits: Limits, usage: Usage, role: str) -> str:
    """Say why no further study can be made, or nothing."""
    return _fault("study", "studies", (usage.studies, limits.max_studies), (usage.studies_made, limits.max_studies_total), role)


def analysis_fault(limits: Limits, usage: Usage, role: str) -> str:
    """Say why no further analysis can be started, or nothing."""
    if _reached(usage.queued, limits.max_queued):
        return f"You have {counted(usage.queued, 'analysis', 'analyses')} waiting already, which is as many as may wait. Wait until one starts, or cancel one."
    kept, made = (usage.analyses, limits.max_analyses), (usage.analyses_made, limits.max_analyses_total)
    return _fault("analysis", "analyses", kept, made, role) or bytes_fault(limits, usage, 1, role)


def bytes_fault(limits: Limits, usage: Usage, more: int, role: str) -> str:
    """Say why so many more bytes cannot be kept, or nothing."""
    if limits.max_mib is None or usage.bytes + more <= limits.max_mib * MIB:
        return ""
    advice = "Create an account for more space, or delete" if role == Role.GUEST else "Delete"
    space = f"more than {limits.max_mib:,} MiB, which is the space you have"
    return f"Your files and results would take {space}. {advice} studies and analyses that you no longer need."


def tool_fault(limits: Limits, slug: str, role: str) -> str:
    """Say why a tool cannot be used, or nothing."""
    if limits.tools is None or slug in limits.tools:
        return ""
    advice = "Sign in, or create an account, to use it." if role == Role.GUEST else "Ask the people who run this site for it."
    return f"This tool is not open to {'guests' if role == Role.GUEST else 'your account'}. {advice}"


def _fault(one: str, many: str, kept: tuple[int, int | None], made: tuple[int, int | None], role: str) -> str:
    guest = role == Role.GUEST
    if _reached(*made):
        advice = "Create an account for more." if guest else "Ask the people who run this site for more."
        return f"You have made {counted(made[0], one, many)}, which is as many as you may make in all; deleting gives none back. {advice}"
    if _reached(*kept):
        advice = "Create an account for more, or delete one" if guest else "Delete one"
        return f"You have {counted(kept[0], one, many)} already, which is as many as you may keep. {advice} that you no longer need."
    return ""


def _reached(number: int, most: int | None) -> bool:
    return most is not None and number >= most


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many}"


def refuse(fault: str) -> None:
    """Raise Refused with a fault's sentence, if there is one."""
    if fault:
        raise Refused(fault)


def add_study(session: Session, owner: Owner) -> None:
    """Count one more study of a locked owner; raises Refused when there is no place for it."""
    refuse(study_fault(limits_of(session, owner.role), usage_of(session, owner.id), owner.role))
    owner.studies_made += 1


def add_analysis(session: Session, owner: Owner) -> None:
    """Count one more analysis of a locked owner; raises Refused when there is no place for it."""
    refuse(analysis_fault(limits_of(session, owner.role), usage_of(session, owner.id), owner.role))
    owner.analyses_made += 1


def refuse_too_many_bytes(session: Session, owner: Owner, more: int) -> None:
    """Raise Refused when so many more bytes are more than a locked owner may keep."""
    refuse(bytes_fault(limits_of(session, owner.role), Usage(bytes=bytes_kept(session, owner.id)), more, owner.role))


def refuse_tool(session: Session, owner: Owner, slug: str) -> None:
    """Raise NotAllowed when an owner may not use a tool."""
    if fault := tool_fault(limits_of(session, owner.role), slug, owner.role):
        raise NotAllowed(fault)


def running(session: Session, owner_id: str) -> int:
    """Count the owner's analyses that occupy a worker."""
    busy = select(func.count()).select_from(Analysis).where(Analysis.owner_id == owner_id, col(Analysis.status).in_(OCCUPYING))
    return session.exec(busy).one()
