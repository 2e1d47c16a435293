"""The rules of the house that a machine can check."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import typer.main
from packaging.requirements import Requirement
from sqlmodel import SQLModel

from sciflask_reflex.cli import app as command_line
from sciflask_reflex.settings import ROOT, Settings

BOUNDARIES = {
    "sciflask_reflex/jobs/actors.py",  # the worker: whatever a tool or we do wrong ends one analysis, not the worker
    "sciflask_reflex/gate.py",  # the web: whatever a handler does wrong is logged, and told in one neutral sentence
}
PINNED = re.compile(r"^([a-z0-9-]+)==([^ ]+)", re.MULTILINE)


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_import_contracts_are_kept():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout.partition("Broken contracts")[2] or done.stdout


def catches_everything(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"} for kind in caught)


def reraises(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_only_the_two_boundaries_catch_everything():
    broad = {
        str(path.relative_to(ROOT))
        for path in sources("sciflask_reflex", "pipeline")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node) and not reraises(node)
    }
    assert broad <= BOUNDARIES


def shown(default: object) -> str:
    if default == "":
        return "–"
    if isinstance(default, Path):
        return f"`./{default}`"
    return f"`{str(default).lower() if isinstance(default, bool) else f'{default:g}' if isinstance(default, float) else default}`"


def test_the_settings_in_the_readme_are_those_of_the_program():
    written = (ROOT / "README.md").read_text().partition("<!-- settings:")[2].partition("<!-- /settings -->")[0]
    rows = [line for line in written.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{name.upper()}` | {shown(field.default)} | {field.description} |" for name, field in Settings.model_fields.items()]


def test_no_page_of_the_manual_names_a_setting_that_does_not_exist():
    named = set(
        re.findall(r"SCIFLASK_([A-Z_]+)", "".join(path.read_text() for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]))
    )
    assert {name.lower() for name in named} - set(Settings.model_fields) <= {"", "test_postgres"}


def commands(group: typer.main.TyperGroup, prefix: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, typer.main.TyperGroup):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}"


def test_every_command_is_in_the_operations_guide():
    guide = (ROOT / "docs" / "operations.md").read_text()
    group = typer.main.get_command(command_line)
    assert isinstance(group, typer.main.TyperGroup)
    missing = [name for name in commands(group) if f"`sciflask {name}" not in guide]
    assert missing == []


def test_every_make_target_has_a_line_of_help():
    makefile = (ROOT / "Makefile").read_text()
    declared = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert declared
    helped = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert set(declared[1].split()) - {"setup", "setup-dev"} == helped


def test_both_locks_agree_and_hold_what_the_project_asks_for():
    running, developing = (dict(PINNED.findall((ROOT / name).read_text())) for name in ("requirements.txt", "requirements-dev.txt"))
    assert running.items() <= developing.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for wanted in map(Requirement, project["project"]["dependencies"]):
        assert wanted.specifier.contains(running[wanted.name.lower()]), wanted
    for wanted in map(Requirement, (*project["dependency-groups"]["dev"], *project["dependency-groups"]["docs"])):
        assert wanted.specifier.contains(developing[wanted.name.lower()]), wanted
    assert dict(PINNED.findall((ROOT / "requirements-dask.txt").read_text())).items() <= developing.items()
    assert project["dependency-groups"]["dask"] == project["project"]["optional-dependencies"]["dask"]


def test_migrations_do_not_hide_the_library_they_are_written_for():
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_tests_are_where_their_source_is():
    for kind in ("pipeline", "sciflask_reflex"):
        for path in (ROOT / "tests" / kind).rglob("test_*.py"):
            assert (ROOT / path.parent.relative_to(ROOT / "tests")).is_dir(), f"{path} tests a folder that does not exist"


def has_tests(folder: Path) -> bool:
    return any((ROOT / "tests" / folder).glob("test_*.py"))


def test_every_folder_of_source_has_tests():
    holding_code = (path for path in sources("pipeline", "sciflask_reflex", "sciflask_client") if path.name != "__init__.py")
    folders = {path.parent.relative_to(ROOT) for path in holding_code}
    whole = {folder for folder in folders if len(folder.parts) <= 2}
    assert sorted(str(folder) for folder in whole if not has_tests(folder)) == []
    assert sorted(str(folder) for folder in folders - whole if not has_tests(folder) and not has_tests(folder.parent)) == []


def test_no_table_stands_in_a_public_variable_of_a_state():
    from reflex.state import BaseState, State

    import sciflask_reflex.sciflask_reflex  # noqa: F401 - declares every State

    tables = {mapper.class_.__name__ for mapper in SQLModel._sa_registry.mappers}
    waiting: list[type[BaseState]] = [State]
    found = []
    while waiting:
        state = waiting.pop()
        waiting += state.get_substates() if hasattr(state, "get_substates") else []
        for name, var in state.base_vars.items():
            if tables & set(re.findall(r"\w+", str(var._var_type))):
                found.append(f"{state.__name__}.{name}")
    assert found == []
