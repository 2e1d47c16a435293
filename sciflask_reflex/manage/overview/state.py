"""The state of the overview: the site in a dozen numbers, at the moment when the page was opened."""

import reflex as rx

from sciflask_reflex.gate import door
from sciflask_reflex.http.flash import read_flash
from sciflask_reflex.identity.visit import this_visit
from sciflask_reflex.manage.overview import service
from sciflask_reflex.manage.parts import Fact
from sciflask_reflex.routes import MANAGE
from sciflask_reflex.shell.numbers import shown, shown_bytes, shown_seconds


class OverviewState(rx.State):
    """Health at a glance."""

    facts: list[Fact] = []
    versions: list[Fact] = []
    troubles: list[str] = []
    problem: str = ""
    loaded: bool = False

    @rx.event
    @door(needs="admin")
    async def load(self) -> None:
        """Show how the site is now."""
        self.problem = read_flash(this_visit().cookie, MANAGE).sentence
        health = await rx.run_in_thread(service.health)
        self.facts, self.troubles = _facts(health), health.troubles
        self.versions = [Fact(name, number) for name, number in health.versions.items()]
        self.loaded = True


def _facts(health: service.Health) -> list[Fact]:
    used = 1 - health.disk_free / health.disk_total
    wait = f"the oldest for {shown_seconds(health.oldest_wait_seconds)}" if health.waiting else "nobody waits"
    return [
        Fact("Accounts", shown(health.people)[0], f"{health.new_people} new in 7 days; guests: {health.guests:,}"),
        Fact("Running", shown(health.running)[0], "analyses"),
        Fact("Waiting", shown(health.waiting)[0], wait),
        Fact("Done today", shown(health.done_today)[0], "since midnight UTC"),
        Fact("Failed today", shown(health.failed_today)[0], "since midnight UTC"),
        Fact("Errors of the site", shown(health.faults_today)[0], "kinds seen today"),
        Fact("Mails that wait", shown(health.mails_waiting)[0], "not sent yet"),
        Fact("Disk free", shown_bytes(health.disk_free), f"{used:.0%} of {shown_bytes(health.disk_total)} used"),
    ]
