"""The state of the page of failures. A traceback comes only when it is opened, and only to an admin."""

from datetime import datetime

import reflex as rx
from pydantic import BaseModel, Field

from sciflask_reflex.gate import door
from sciflask_reflex.manage.failures import service
from sciflask_reflex.manage.failures.rows import FaultView, GroupView, fault_view, group_view
from sciflask_reflex.manage.queue.rows import JobView, job_view

NO_DETAILS = "Nothing was kept beyond the sentence."


class Filter(BaseModel):
    """A part of the filter."""

    name: str = Field(pattern=r"^(cause|tool|days)$")
    value: str = Field(max_length=64)


class GroupName(BaseModel):
    """One way to fail."""

    cause: str = Field(max_length=64)
    tool: str = Field(max_length=64)


class Key(BaseModel):
    """Which analysis, or which error."""

    key: str = Field(max_length=64)


class FailuresState(rx.State):
    """What failed, and why."""

    rows: list[JobView] = []
    groups: list[GroupView] = []
    faults: list[FaultView] = []
    cause: str = ""
    tool: str = ""
    days: str = "30"
    more: bool = False
    opened: str = ""
    details: str = ""
    loaded: bool = False
    _last: tuple[datetime, str] | None = None

    @rx.event
    @door(needs="admin")
    async def load(self) -> None:
        """Show the newest failures."""
        self.faults = [fault_view(row) for row in await rx.run_in_thread(service.faults)]
        await self._reload()
        self.loaded = True

    @rx.event
    @door(needs="admin", payload=Filter)
    async def choose(self, name: str, value: str) -> None:
        """Show only some of them."""
        if name == "days" and value not in ("1", "7", "30", "365"):
            return
        setattr(self, name, value)
        await self._reload()

    @rx.event
    @door(needs="admin", payload=GroupName)
    async def choose_group(self, cause: str, tool: str) -> None:
        """Show those of one line of the counts; the same again shows all."""
        same = (self.cause, self.tool) == (cause, tool)
        self.cause, self.tool = ("", "") if same else (cause, tool)
        await self._reload()

    @rx.event
    @door(needs="admin")
    async def show_more(self) -> None:
        """Show older ones, too."""
        if self._last is None:
            return
        wanted, last = self._wanted(), self._last
        found, self.more = await rx.run_in_thread(lambda: service.failures(wanted, after=last))
        self._add(found)

    @rx.event
    @door(needs="admin", payload=Key)
    async def open_analysis(self, key: str) -> None:
        """Show the traceback of a failed analysis; the same again hides it."""
        await self._open(key, service.traceback_of)

    @rx.event
    @door(needs="admin", payload=Key)
    async def open_fault(self, key: str) -> None:
        """Show the traceback of an error; the same again hides it."""
        await self._open(key, service.traceback_of_fault)

    async def _open(self, key: str, read: service.Read) -> None:
        if self.opened == key:
            self.opened = self.details = ""
            return
        self.details = await rx.run_in_thread(lambda: read(key)) or NO_DETAILS
        self.opened = key

    async def _reload(self) -> None:
        self.opened = self.details = ""
        wanted = self._wanted()
        everything = service.Wanted(days=wanted.days)
        found, groups = await rx.run_in_thread(lambda: (service.failures(wanted), service.groups(everything)))
        self.rows, (jobs, self.more), self._last = [], found, None
        self._add(jobs)
        self.groups = [group_view(group) for group in groups]

    def _add(self, jobs: list[service.Job]) -> None:
        self.rows = [*self.rows, *[job_view(job) for job in jobs]]
        if jobs and jobs[-1].finished_at:
            self._last = jobs[-1].finished_at, jobs[-1].id

    def _wanted(self) -> service.Wanted:
        return service.Wanted(self.cause if self.cause != "unknown" else "", self.tool, int(self.days))
