"""Whether somebody is a person, without asking them anything and without a third party: their browser does a second of work.

The protocol is that of ALTCHA (version 2). The work is cheap for one visitor and dear for a program that wants thousands; it is no proof.
A challenge is signed, ends after ten minutes and is good once, whichever process is asked.
"""

import secrets
import time
from hashlib import sha256
from typing import Any

import altcha
from sqlmodel import col, func, select

from sciflask_reflex.db import insert, reading, writing
from sciflask_reflex.errors import Refused
from sciflask_reflex.identity.cookies import DAY_SECONDS
from sciflask_reflex.identity.models import RateLimit
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.models import Analysis, Owner, Role, Status
from sciflask_reflex.secrets import subkey
from sciflask_reflex.settings import settings

ALGORITHM = "PBKDF2/SHA-256"
COST = 5_000
"""Rounds of one try: about two milliseconds of a browser."""
LEAST_TRIES, MOST_TRIES = 200, 600
SECONDS = 600
LOAD_SECONDS = 600
"""How long a guest is believed where the check is for times of load."""
LONGEST_SOLUTION = 4_000
NOT_YET = "We could not make out yet that you are a person. Wait until the line above the button says so, then try again."
SECRETS = ("human-challenge", "human-solution")


def challenge() -> dict[str, Any]:
    """Return a new task for a browser, as JSON. Nothing is kept of it."""
    task = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=LEAST_TRIES + secrets.randbelow(MOST_TRIES - LEAST_TRIES),
        expires_at=int(time.time()) + SECONDS,
        hmac_secret=subkey(SECRETS[0]),
        hmac_key_secret=subkey(SECRETS[1]),
    )
    return task.to_dict()


def needed_to_register() -> bool:
    """Whether a new account asks for the work to be done."""
    return settings().human_check != "off"


def needed_to_run(principal: Principal) -> bool:
    """Whether this person's analysis asks for the work to be done. Never of people with an account; of a guest once in a while."""
    mode = settings().human_check
    if mode == "off" or principal.signed_in:
        return False
    if mode == "load" and _waiting_of_guests() < settings().human_check_queue:
        return False
    return not _is_believed(principal.owner_id)


def require_human(solution: str) -> None:
    """Raise Refused unless this is the answer to a challenge of ours, in time, for the first time."""
    if len(solution) > LONGEST_SOLUTION or not solution.isascii():
        raise Refused(NOT_YET)
    if not altcha.verify_solution(solution, subkey(SECRETS[0]), hmac_key_secret=subkey(SECRETS[1])).verified:
        raise Refused(NOT_YET)
    task = altcha.Payload.from_base64(solution).challenge
    if not _keep(f"human-spent:{_hash(task.signature or '')}", int(task.parameters.expires_at or 0)):
        raise Refused(NOT_YET)


def require_human_to_run(principal: Principal, solution: str) -> None:
    """Raise Refused where a guest's analysis asks for the work and it was not done; done, it counts for a while."""
    if needed_to_run(principal):
        require_human(solution)
        seconds = LOAD_SECONDS if settings().human_check == "load" else settings().guest_days * DAY_SECONDS
        _keep(f"human:{_hash(principal.owner_id)}", int(time.time()) + seconds)


def _is_believed(owner_id: str) -> bool:
    with reading() as session:
        query = select(RateLimit.key).where(RateLimit.key == f"human:{_hash(owner_id)}", col(RateLimit.window) > time.time())
        return session.exec(query).first() is not None


def _waiting_of_guests() -> int:
    query = select(func.count()).select_from(Analysis).join(Owner, col(Owner.id) == col(Analysis.owner_id))
    with reading() as session:
        return session.exec(query.where(Analysis.status == Status.QUEUED, Owner.role == Role.GUEST)).one()


def _keep(key: str, until: int) -> bool:
    """Remember a key until some time, in the table that forgets by time; return whether it is new."""
    row = insert(RateLimit).values(key=key, window=until, count=1).on_conflict_do_nothing().returning(col(RateLimit.key))
    with writing() as session:
        return session.execute(row).first() is not None


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
