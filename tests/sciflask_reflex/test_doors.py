"""Every handler of the running site, called by everybody (W2, W5, W12). A handler without a row in the table fails the test.

Handlers of a feature have their rows in its own ``promises.py``.
"""

from typing import Any

import pytest
from reflex_base.registry import RegistrationContext

import sciflask_reflex.sciflask_reflex
from sciflask_reflex import gate
from sciflask_reflex.errors import NotFound, SciflaskError
from sciflask_reflex.gate import Rule, rule_of
from sciflask_reflex.identity import payloads
from sciflask_reflex.identity.principal import ONLY_LOOKING
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.settings import settings
from tests.everybody import ROLES, Everybody, everybody, everything, of_ada
from tests.promises import all_promises

assert sciflask_reflex.sciflask_reflex.app
pytestmark = pytest.mark.anyio

DOORS: dict[tuple[str, bool], str] = {
    ("anyone", True): """
        ConfirmEmailState.load AnalysisState.search AnalysisState.sort_by AnalysisState.turn_to AnalysisState.narrow AnalysisState.suggest InstitutionState.load
        InstitutionState.look OidcState.load OidcState.load_join OidcState.load_join_confirm OidcState.load_join_sent
        SecondStepState.load EntryState.load_confirm EntryState.load_confirm_again EntryState.load_login
        EntryState.load_new_password EntryState.load_register EntryState.load_register_sent EntryState.load_reset
        EntryState.load_reset_sent TextState.load_privacy TextState.load_terms SessionState.dismiss_notice SessionState.load
        SessionState.tell_fault NewsState.dismiss NewsState.load LiveState.dismiss LiveState.join ProfileState.load
        SharedState.load SharedState.search SharedState.sort_by SharedState.turn_to SharedState.narrow SharedState.suggest CookieLineState.dismiss TourState.begin
        TourState.begin_if_new TourState.end StudyUploadState.load ToolsState.load InstantState.open InstantState.start_over
        InstantState.recompute InstantState.move InstantState.search InstantState.sort_by InstantState.turn_to InstantState.narrow InstantState.suggest
    """,
    ("anyone", False): """
        StudyUploadState.choose_tool StudyUploadState.progressed StudyUploadState.rejected StudyUploadState.rejected_several
        StudyUploadState.set_consent
        StudyUploadState.set_label StudyUploadState.set_more_than_one StudyUploadState.set_study_name StudyUploadState.set_terms
    """,
    ("owner", True): """
        AnalysisFormState.decide AnalysisFormState.load AnalysisState.load ProfileState.show_older ShareState.load
    """,
    ("owner", False): """
        AnalysisFormState.submit AnalysisState.cancel AnalysisState.delete TryState.begin ProfileState.cancel
        ProfileState.delete_analysis ProfileState.delete_study ShareState.create ShareState.mail ShareState.revoke
        StudyUploadState.begin_upload StudyUploadState.check StudyUploadState.receive StudyUploadState.remove
        StudyUploadState.save StudyUploadState.receive_several StudyUploadState.stop_several StudyUploadState.go_on_without
        StudyUploadState.take_out StudyUploadState.move StudyUploadState.replace_next
    """,
    ("user", True): """
        ActivityState.load ActivityState.more FactorsState.load IdentitiesState.load MailsState.load SessionsState.load
        AccountState.finish AccountState.load TokensState.load
    """,
    ("user", False): """
        MailsState.choose SessionsState.revoke SessionsState.revoke_others TokensState.revoke SessionState.accept_terms
    """,
    ("admin", True): """

    """,
    ("admin", False): """
        AnnouncementsState.announce AnnouncementsState.end AnnouncementsState.load FailuresState.choose FailuresState.choose_group
        FailuresState.load FailuresState.open_analysis FailuresState.open_fault FailuresState.show_more LogState.load
        LogState.search LogState.show_older MailState.load MailState.send_test MailState.show OverviewState.load QueueState.cancel
        QueueState.count_by QueueState.load QueueState.run_again QuotasState.load QuotasState.save UsageState.choose
        UsageState.group_by UsageState.load UsageState.plot
    """,
}
"""Who may come through (the least that somebody must be), and whether it only shows something."""
UPLOADS = {"LessonFormState.receive", "StudyUploadState.receive", "StudyUploadState.receive_several"}
"""What the upload route starts, with a stream that no event holds: whoever is let in is told that it cannot be read."""


def arguments(ada: Any) -> dict[str, dict[str, Any]]:
    """Return well-formed arguments for each handler that takes any, with ids of what is Ada's."""
    table = {"name": "pairs"}
    analysis, form = {"analysis_id": ada.waiting.id}, {"form_data": {}}
    tables = {"search": table | {"query": "a"}, "sort_by": table | {"column": "r"}, "turn_to": table | {"page": 1}}
    tables |= {"narrow": table | {"values": {"least_r": "0.5"}}, "suggest": table | {"by": "feature", "text": "g"}}
    slot = {"slot": "dataset1"}
    return {
        **{f"{state}.{name}": values for state in ("AnalysisState", "SharedState", "InstantState") for name, values in tables.items()},
        "AnalysisFormState.submit": form,
        "AnalysisFormState.decide": {"name": "alpha", "value": "0.05"},
        "AnnouncementsState.announce": {"form_data": {"text": "Hello", "tone": "info"}},
        "AnnouncementsState.end": {"announcement_id": 1},
        "FailuresState.choose": {"name": "cause", "value": "tool"},
        "FailuresState.choose_group": {"cause": "tool", "tool": "correlation"},
        "FailuresState.open_analysis": {"key": ada.done.id},
        "FailuresState.open_fault": {"key": "0" * 64},
        "InstantState.move": {"page": "none", "turn": 1, "values": {}},
        "InstantState.open": {"slug": "correlation"},
        "InstitutionState.look": {"email": "ada@example.org"},
        "LiveState.dismiss": {"notice_id": "1"},
        "LogState.search": form,
        "MailState.show": {"value": "all"},
        "MailsState.choose": {"kind": "finished", "wanted": False},
        "NewsState.dismiss": {"news_id": 1},
        "ProfileState.cancel": analysis,
        "ProfileState.delete_analysis": analysis,
        "ProfileState.delete_study": {"study_id": ada.study.id},
        "QueueState.cancel": analysis,
        "QueueState.count_by": {"by": "hour"},
        "QueueState.run_again": {"analysis_id": ada.done.id},
        "QuotasState.save": form,
        "SessionState.accept_terms": {"version": "1"},
        "SessionState.tell_fault": {"reference": "0" * 8},
        "SessionsState.revoke": {"session_id": ada.session_id},
        "ShareState.create": form,
        "ShareState.mail": form,
        "ShareState.revoke": {"share_id": ada.share.id},
        "StudyUploadState.begin_upload": slot,
        "StudyUploadState.choose_tool": {"slug": "correlation"},
        "StudyUploadState.progressed": slot | {"progress": {}},
        "StudyUploadState.rejected": slot,
        "StudyUploadState.rejected_several": slot,
        "StudyUploadState.remove": slot,
        "StudyUploadState.stop_several": slot,
        "StudyUploadState.go_on_without": slot,
        "StudyUploadState.take_out": slot | {"upload_id": "0" * 32},
        "StudyUploadState.move": slot | {"upload_id": "0" * 32, "step": 1},
        "StudyUploadState.replace_next": slot | {"upload_id": "0" * 32},
        "StudyUploadState.set_consent": {"on": True},
        "StudyUploadState.set_label": slot | {"text": "genes"},
        "StudyUploadState.set_more_than_one": {"on": True},
        "StudyUploadState.set_study_name": {"name": "n"},
        "StudyUploadState.set_terms": {"on": True},
        "TokensState.revoke": {"token_id": ada.token_id},
        "TourState.begin": {"name": "upload"},
        "TourState.begin_if_new": {"name": "upload"},
        "TourState.end": {"event": {}},
        "UsageState.choose": form,
        "UsageState.group_by": {"value": "month"},
        "UsageState.plot": {"value": "analyses"},
        **{name: values for promises in all_promises() for name, values in promises.arguments.items()},
    }


def own_handlers() -> dict[str, tuple[str, Any]]:
    """Return every handler of ours that the running app has registered: its own name → name of the event, function."""
    known = RegistrationContext.get().event_handlers
    ours = {name: item.handler.fn for name, item in known.items() if item.handler.fn.__module__.startswith("sciflask_reflex")}
    return {fn.__qualname__: (name, fn) for name, fn in ours.items()}


def table() -> dict[str, tuple[str, bool]]:
    """Return the table by handler."""
    return {name: row for row, name in _rows()}


def _rows() -> list[tuple[tuple[str, bool], str]]:
    rows = [*DOORS.items(), *(row for promises in all_promises() for row in promises.doors.items())]
    return [(row, name) for row, names in rows for name in names.split()]


def test_the_table_is_complete_and_true():
    rules = {name: rule_of(fn) for name, (_, fn) in own_handlers().items()}
    assert {name: (rule.needs, rule.reads) for name, rule in rules.items() if rule} == table()
    assert all(rules.values())
    assert len(_rows()) == len(table())


def expected(needs: str, reads: bool, role: str) -> str:
    """Return what becomes of somebody at a door, by the letter of the contract."""
    if role == "looking" and not reads:
        return "only looking"
    if needs == "anyone":
        return "in"
    if role in ("anonymous", "disabled") or (role == "guest" and needs != "owner"):
        return "sign in"
    return "in" if needs != "admin" or role == "admin" else "nothing here"


@pytest.fixture
def cast(sqlite: str, keys: None, monkeypatch: pytest.MonkeyPatch) -> Everybody:
    """Everybody, on a site where no check of a file needs a process of its own."""
    monkeypatch.setenv("SCIFLASK_ROLES", '{"student": {"title": "Students"}}')
    settings.cache_clear()
    return everybody()


@pytest.fixture
def verdicts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the gate decided, event by event; its decisions are its own."""
    found: list[tuple[str, str]] = []
    admit = gate._admit

    async def spy(fn: Any, rule: Rule, args: Any, kwargs: Any) -> dict[str, Any]:
        try:
            values = await admit(fn, rule, args, kwargs)
        except SciflaskError as refusal:
            found.append((fn.__qualname__, refusal.sentence))
            raise
        found.append((fn.__qualname__, "in"))
        return values

    monkeypatch.setattr(gate, "_admit", spy)
    return found


WORDS = {"only looking": ONLY_LOOKING, "sign in": "Sign in first.", "nothing here": NotFound().sentence, "in": "in"}


@pytest.mark.parametrize("role", ROLES)
async def test_everybody_at_every_door(role, cast, desk, verdicts, redirects_of, vars_of):
    wrong: list[str] = []
    given, query = (
        arguments(cast.ada),
        {"analysis_id": cast.ada.done.id, "study_id": cast.ada.study.id, "slug": "correlation", "token": "x"},
    )
    async with desk() as it:
        tab = it.tab(cast.sessions[role], path="/profile", query=query)
        before = everything()
        await tab.send(SessionState.load)  # the first answer of all holds a whole, empty state
        for name, (event, _) in own_handlers().items():
            needs, reads = table()[name]
            want = expected(needs, reads, role)
            verdicts.clear()
            updates = await tab.send(event, **given.get(name, {}))
            after = everything()
            decided = verdicts[0][1] if verdicts else "no answer"
            if decided != (payloads.UNREADABLE if name in UPLOADS and want == "in" else WORDS[want]):
                wrong.append(f"{name}: {decided!r}, not {want!r}")
            if want != "in":
                shown = {key for key in vars_of(updates) if not key.startswith("rx_router")} - {"notice"}
                if shown:
                    wrong.append(f"{name}: turned away, and yet shows {shown}")
                if want == "sign in" and not any(path.startswith("/login") for path in redirects_of(updates)):
                    wrong.append(f"{name}: is not sent to the sign-in page")
                if want != "sign in" and vars_of(updates).get("notice") != WORDS[want]:
                    wrong.append(f"{name}: is told nothing")
                if after != before:
                    wrong.append(f"{name}: turned away, and yet it changed something")
            if role not in ("user", "admin") and of_ada(cast.ada, after) != of_ada(cast.ada, before):
                wrong.append(f"{name}: changed what is somebody else's")
            before = after
    assert not wrong, "\n".join(wrong)
    assert [fault for fault in it.faults if not isinstance(fault, SciflaskError)] == []
