"""The `sciflask` command, as it is typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sciflask_reflex.settings import ROOT, settings
from tests.typed import sciflask

GOOD = "correct horse battery 77"


def in_a_shell(*words: str, given: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sciflask_reflex.cli", *words],
        input=given, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False, env={**os.environ, **variables},
    )  # fmt: skip


def test_an_admin_can_be_made_before_the_first_start_and_gets_a_token(data_dir: Path):
    made = in_a_shell("admin", "create", "--email", "ada@example.org", "--password-stdin", given=f"{GOOD}\n")
    assert (made.returncode, made.stderr) == (0, "")
    token = sciflask("token", "create", "--email", "ada@example.org", "--scope", "submit")
    assert token.returncode == 0
    assert token.stdout.startswith("sfk_")
    assert token.stdout.count("\n") == 1
    assert " " not in token.stdout
    from sciflask_reflex.identity.tokens import principal_of_bearer

    who = principal_of_bearer(token.stdout.strip())
    assert (who.email, who.role) == ("ada@example.org", "admin")


@pytest.mark.parametrize(
    ("words", "given", "sentence"),
    [
        (("admin", "create", "--email", "ada@example.org", "--password-stdin"), "short\n", "at least 10 characters"),
        (("admin", "create", "--email", "nonsense", "--password-stdin"), f"{GOOD}\n", "address"),
        (("token", "create", "--email", "nobody@example.org"), "", "There is no account with the address nobody@example.org"),
    ],
)
def test_what_a_person_can_mend_is_told_in_a_sentence(data_dir: Path, words: tuple[str, ...], given: str, sentence: str):
    refused = sciflask(*words, given=given)
    assert refused.returncode == 1
    assert refused.stderr.startswith("sciflask: ")
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
    assert refused.stdout == ""


def test_a_setting_that_cannot_be_used_is_named(data_dir: Path):
    refused = in_a_shell("doctor", SCIFLASK_PORT="many")
    assert refused.returncode == 1
    assert "SCIFLASK_PORT: Input should be a valid integer" in refused.stderr


def test_the_tools_are_listed(data_dir: Path):
    listed = sciflask("tools")
    assert listed.returncode == 0
    assert any(line.startswith("correlation ") for line in listed.stdout.splitlines())


def test_it_starts_without_the_slow_libraries(data_dir: Path):
    program = "import sys, sciflask_reflex.cli\nprint(sorted({'reflex', 'pandas', 'sqlalchemy', 'dramatiq', 'alembic'} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert shown.stdout.strip() == "[]"


def test_the_doctor_finds_nothing_wrong_where_nothing_is(data_dir: Path):
    sciflask("admin", "create", "--email", "ada@example.org", "--password-stdin", given=f"{GOOD}\n")
    data_dir.chmod(0o700)
    seen = verdicts(sciflask("doctor").stdout)
    assert {name for name, verdict in seen.items() if verdict != "ok"} <= {"Pages"}  # a fresh checkout has not built them


def test_the_doctor_names_what_is_wrong(data_dir: Path):
    sciflask("admin", "create", "--email", "ada@example.org", "--password-stdin", given=f"{GOOD}\n")
    data_dir.chmod(0o755)
    (settings().data_dir / "secrets" / "master.key").chmod(0o644)
    report = in_a_shell("doctor", SCIFLASK_REDIS_URL="redis://127.0.0.1:1/0", SCIFLASK_HOST="192.0.2.1")
    seen = verdicts(report.stdout)
    assert report.returncode == 1
    assert {name for name, verdict in seen.items() if verdict != "ok"} - {"Pages"} == {"Data folder", "Master key", "Queue", "Port"}
    assert f"cure: chmod 700 {data_dir}" in report.stdout


def verdicts(report: str) -> dict[str, str]:
    return {line[9:21].strip(): line[:7].strip() for line in report.splitlines() if line.startswith(("ok ", "PROBLEM"))}
