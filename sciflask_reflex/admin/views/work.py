"""What people made: studies, analyses, and links to results."""

from typing import Any

from sqlalchemy import Select, func
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from starlette.requests import Request
from starlette_admin import BooleanField, FloatField, IntegerField, row_action
from starlette_admin.flash import flash

from sciflask_reflex.admin import keys
from sciflask_reflex.admin.acting import act, beside, save
from sciflask_reflex.admin.fields import Choice, Moment, Size, Structure, Words
from sciflask_reflex.admin.shelf import Shelf
from sciflask_reflex.admin.wording import person
from sciflask_reflex.analyses import service as analyses
from sciflask_reflex.models import ACTIVE, Analysis, Owner, Share, Status, Study, StudyInput
from sciflask_reflex.studies import service as studies

READ: dict[str, Any] = {"exclude_from_edit": True}
HIDDEN: dict[str, Any] = {"exclude_from_edit": True, "exclude_from_list": True}


class Named(Shelf):
    """A list of things with a name, which an admin may change, and which an admin may delete."""

    found_by = ("name", "person")
    titled_by = "name"
    needed = ("owner_id",)
    fields_default_sort = [("created_at", True)]
    actions = ["delete"]
    service: Any

    def can_edit(self, request: Request) -> bool:
        """The name can be changed, and nothing else."""
        return True

    def can_delete(self, request: Request) -> bool:
        """Rows go with their files; what runs is cancelled first."""
        return True

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:
        """Give it another name."""
        row, name = await self.find_by_pk(request, pk), str(data.get("name") or "")
        log = self._log("edit", row)
        rename = lambda: self.service.rename(row.id, name, owner_id=row.owner_id)  # noqa: E731 - it fits on the line
        await save(lambda: beside(f"{self.noun}:rename", rename, fields="name", **log), field="name")
        return await self.find_by_pk(request, pk)

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        """Delete one after the other."""
        rows = await self.find_by_pks(request, pks)
        for row in rows:
            remove = lambda row=row: self.service.delete(row.id, owner_id=row.owner_id)  # noqa: E731 - it fits on the line
            await act(lambda row=row, remove=remove: beside(f"{self.noun}:delete", remove, **self._log("delete", row)))
        return len(rows)

    def _log(self, what: str, row: Any) -> dict[str, Any]:
        return {"panel_tag": f"admin:{self.noun}:{what}", "subject_id": row.owner_id, "thing": f"{self.noun}:{row.id}"}


def _in_study(counted: Any, table: Any) -> Any:
    return select(counted).select_from(table).where(table.study_id == Study.id).correlate(Study).scalar_subquery()


class Studies(Named):
    """Every study."""

    key, menu_label, display_name, icon = "studies", "Studies", "Study", "fa-solid fa-table"
    service = studies
    table = Study
    columns = {
        "id": Study.id, "owner_id": Study.owner_id, "name": Study.name, "person": person(Owner), "tool": Study.tool,
        "is_example": Study.is_example, "analyses": _in_study(func.count(), Analysis),
        "bytes": _in_study(func.coalesce(func.sum(StudyInput.bytes), 0), StudyInput), "created_at": Study.created_at,
        "findings": Study.findings,
    }  # fmt: skip
    fields = [
        Words("id", label="Id", exclude_from_list=True),
        Words("name", label="Name", required=True),
        Words("person", label="Person", **READ),
        Words("owner_id", label="Id of the person", **HIDDEN),
        Words("tool", label="Tool", **READ),
        BooleanField("is_example", label="Example", **READ),
        IntegerField("analyses", label="Analyses", **READ),
        Size("bytes", label="Size", **READ),
        Moment("created_at", label="Created", **READ),
        Structure("findings", label="Findings of the check", exclude_from_export=True, **HIDDEN),
    ]
    sortable_fields = ["name", "tool", "created_at"]

    def source(self, query: Select[Any]) -> Select[Any]:
        """Join each study with its owner."""
        return query.select_from(Study).join(Owner, col(Owner.id) == col(Study.owner_id))


class Analyses(Named):
    """Every analysis. Its status is shown here and changed by nobody but the queue: an admin may cancel, as its owner may."""

    key, menu_label, display_name, icon = "analyses", "Analyses", "Analysis", "fa-solid fa-chart-column"
    service = analyses
    table = Analysis
    columns = {
        "id": Analysis.id, "owner_id": Analysis.owner_id, "name": Analysis.name, "person": person(Owner), "study": Study.name,
        "tool": Analysis.tool, "status": Analysis.status, "stage": Analysis.stage, "fraction": Analysis.fraction,
        "attempt": Analysis.attempt, "cause": Analysis.cause, "error": Analysis.error, "traceback": Analysis.traceback,
        "parameters": Analysis.parameters, "log": Analysis.log, "created_at": Analysis.created_at, "started_at": Analysis.started_at,
        "finished_at": Analysis.finished_at, "result_bytes": Analysis.result_bytes,
    }  # fmt: skip
    fields = [
        Words("id", label="Id", exclude_from_list=True),
        Words("name", label="Name", required=True),
        Choice("status", label="Status", choices=[(each.value, each.value) for each in Status], **READ),
        Words("cause", label="Cause of the failure", **READ),
        Words("person", label="Person", **READ),
        Words("owner_id", label="Id of the person", **HIDDEN),
        Words("study", label="Study", **READ),
        Words("tool", label="Tool", **READ),
        Moment("created_at", label="Submitted", **READ),
        Moment("started_at", label="Started", **HIDDEN),
        Moment("finished_at", label="Finished", **READ),
        Size("result_bytes", label="Result", **READ),
        IntegerField("attempt", label="Tries", **HIDDEN),
        Words("stage", label="Stage", **HIDDEN),
        FloatField("fraction", label="Part done", exclude_from_export=True, **HIDDEN),
        Structure("parameters", label="Parameters", **HIDDEN),
        Structure("error", label="What the person was told", **HIDDEN),
        Structure("traceback", label="Traceback", exclude_from_export=True, **HIDDEN),
        Structure("log", label="Log", exclude_from_export=True, **HIDDEN),
    ]
    sortable_fields = ["status", "created_at"]
    needed = ("owner_id", "status")
    row_actions = ["view", "edit", "cancel", "delete"]

    def source(self, query: Select[Any]) -> Select[Any]:
        """Join each analysis with its owner and its study."""
        with_owner = query.select_from(Analysis).join(Owner, col(Owner.id) == col(Analysis.owner_id))
        return with_owner.join(Study, col(Study.id) == col(Analysis.study_id))

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Any) -> bool:
        """Offer to cancel what waits or runs."""
        return (name != "cancel" or obj.status in ACTIVE) and await super().is_row_action_allowed_for_obj(request, name, obj)

    @row_action("cancel", "Cancel", confirmation="Cancel this analysis?", submit_btn_text="Cancel it", icon_class="fa-solid fa-ban")
    async def cancel(self, request: Request, pk: Any) -> None:
        """Cancel an analysis."""
        row = await self.find_by_pk(request, pk)
        if row is not None:
            stop = lambda: analyses.cancel(row.id, owner_id=row.owner_id)  # noqa: E731 - it fits on the line
            await act(lambda: beside("analysis:cancel", stop, **self._log("cancel", row)))
            flash(request, "The analysis is being cancelled.", "success")


_SHARER = aliased(Owner)


class Shares(Shelf):
    """Links to results. The links themselves are nowhere to be seen: they follow from the id and the key of the site."""

    key, menu_label, display_name, icon = "shares", "Private links", "Private link", "fa-solid fa-link"
    table = Share
    columns = {
        "id": Share.id, "owner_id": Share.owner_id, "analysis": Analysis.name, "analysis_id": Share.analysis_id, "person": person(_SHARER),
        "created_at": Share.created_at, "expires_at": Share.expires_at, "revoked_at": Share.revoked_at, "opened": Share.opened,
        "last_opened_at": Share.last_opened_at,
    }  # fmt: skip
    fields = [
        Words("id", label="Id", exclude_from_list=True),
        Words("analysis", label="Analysis"),
        Words("analysis_id", label="Id of the analysis", exclude_from_list=True),
        Words("person", label="Person"),
        Moment("created_at", label="Made"),
        Moment("expires_at", label="Expires"),
        Moment("revoked_at", label="Revoked"),
        IntegerField("opened", label="Opened"),
        Moment("last_opened_at", label="Last opened"),
    ]
    found_by = ("analysis", "person")
    titled_by = "analysis"
    needed = ("owner_id", "revoked_at")
    sortable_fields = ["created_at", "expires_at", "revoked_at", "opened"]
    fields_default_sort = [("created_at", True)]
    row_actions = ["view", "revoke"]
    actions = []

    def source(self, query: Select[Any]) -> Select[Any]:
        """Join each link with its analysis and its owner."""
        with_analysis = query.select_from(Share).join(Analysis, col(Analysis.id) == col(Share.analysis_id))
        return with_analysis.join(_SHARER, col(_SHARER.id) == col(Share.owner_id))

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Any) -> bool:
        """Offer to revoke what is not revoked."""
        return (name != "revoke" or obj.revoked_at is None) and await super().is_row_action_allowed_for_obj(request, name, obj)

    @row_action("revoke", "Revoke", confirmation="End this link at once?", submit_btn_text="Revoke", icon_class="fa-solid fa-link-slash")
    async def revoke(self, request: Request, pk: Any) -> None:
        """End a link."""
        row = await self.find_by_pk(request, pk)
        if row is not None:
            await act(lambda: keys.revoke_share(row.id, owner_id=row.owner_id))
            flash(request, "The link is dead.", "success")
