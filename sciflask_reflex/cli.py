"""The `sciflask` command. Each command loads what it needs and nothing else, so that all of them start quickly."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from sciflask_reflex.errors import SciflaskError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Run and look after a SciFlask instance."
)
admin = typer.Typer(no_args_is_help=True, help="Accounts with all rights.")
token = typer.Typer(no_args_is_help=True, help="Tokens for the REST interface.")
app.add_typer(admin, name="admin")
app.add_typer(token, name="token")
tools = typer.Typer(help="The tools of this instance.")
app.add_typer(tools, name="tools")
pages = typer.Typer(no_args_is_help=True, help="The pages of this instance.")
app.add_typer(pages, name="pages")

site = typer.Typer(no_args_is_help=True, help="Whose site this is: name, logo, colours, words.")
app.add_typer(site, name="site")

Email = Annotated[str, typer.Option(help="E-mail address of the account.")]


@app.command()
def up() -> None:
    """Set up what is missing and run everything in the foreground; Ctrl-C stops it all."""
    from sciflask_reflex.settings import settings
    from sciflask_reflex.supervisor.up import up as start

    raise typer.Exit(start(settings()))


@app.command()
def worker() -> None:
    """Run one job worker, as on a second machine that shares database, Redis and data folder."""
    _become("sciflask_reflex.jobs.worker")


@app.command()
def relay() -> None:
    """Run the relay that rings the queue and takes back the work of dead workers."""
    _become("sciflask_reflex.jobs.relay")


@app.command()
def doctor() -> None:
    """Say what is wrong with this set-up and how to mend it; exit code 1 if anything is."""
    from sciflask_reflex.commands.doctor import examine
    from sciflask_reflex.settings import settings

    raise typer.Exit(examine(settings()))


@tools.callback(invoke_without_command=True)
def tools_list(context: typer.Context) -> None:
    """List the tools that this instance offers."""
    from pipeline import tools as offered

    for slug, tool in sorted(offered().items()) if context.invoked_subcommand is None else ():
        typer.echo(f"{slug:<24} {tool.title}")


@tools.command("check")
def tools_check(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Slugs; all tools when left out.")] = None,
) -> None:
    """Try tools on their own examples: declaration, data, expected numbers, the same result twice, time and memory, no web imports."""
    from sciflask_reflex.commands.check_tools import check_tools

    raise typer.Exit(check_tools(names or []))


@tools.command("new")
def tools_new(
    name: Annotated[str, typer.Argument(help="Name of the folder, as in my_tool.")],
    live: Annotated[bool, typer.Option("--live", help="A tool without data that follows its controls.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Make a folder with a tool that runs and passes, to be changed into your own."""
    from sciflask_reflex.commands.new_tool import new_tool

    raise typer.Exit(new_tool(name, live=live))


@pages.command("new")
def pages_new(name: Annotated[str, typer.Argument(help="Name of the folder, as in lab_notes.")]) -> None:
    """Make a feature with a page that runs and passes, registered, to be changed into your own."""
    from sciflask_reflex.commands.new_page import new_page

    raise typer.Exit(new_page(name))


SiteFolder = Annotated[Path | None, typer.Argument(help="The folder; that of SCIFLASK_SITE_DIR when left out.")]


@site.command("new")
def site_new(folder: SiteFolder = None) -> None:
    """Make a folder with a commented site.toml, a logo and a front page, to be changed into your own."""
    from sciflask_reflex.commands.new_site import new_site
    from sciflask_reflex.settings import settings

    raise typer.Exit(new_site(settings(), folder))


@site.command("check")
def site_check(folder: SiteFolder = None) -> None:
    """Say what the folder makes of the site, how well its colours can be read, and what is wrong with it."""
    from sciflask_reflex.commands.new_site import check_site
    from sciflask_reflex.settings import settings

    raise typer.Exit(check_site(settings(), folder))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def run(context: typer.Context, tool: Annotated[str, typer.Argument(help="Slug of the tool.")]) -> None:
    """Run a tool on files of this computer, without a server: `sciflask run correlation --help` lists what it takes."""
    from sciflask_reflex.commands.run import run as run_tool

    raise typer.Exit(run_tool(tool, context.args))


@app.command()
def csv(
    folder: Annotated[Path, typer.Argument(help="Folder of a result, as `sciflask run` writes it, or an unpacked bundle.")],
    table: Annotated[str, typer.Argument(help="Name of the table, as in pairs.")],
    only: Annotated[list[str] | None, typer.Option("--only", help="Keep some rows, as in least_r=0.8; may be given several times.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="File to write, which must not be there; else standard output.")] = None,
) -> None:
    """Write a table of very many rows as CSV, narrowed if wanted: `sciflask csv out pairs --only least_r=0.8 -o strong.csv`."""
    from sciflask_reflex.commands.table_csv import write_table

    raise typer.Exit(write_table(folder, table, only or (), out))


@app.command()
def migration(title: Annotated[str, typer.Argument(help="What changes, as in 'studies get a colour'.")]) -> None:
    """For developers: write the migration that leads to the present tables."""
    from sciflask_reflex.supervisor.migrations import write_revision

    typer.echo(write_revision(title))


@app.command()
def build() -> None:
    """Build the pages if they are not fresh, and start nothing; as when a server is prepared."""
    from sciflask_reflex.settings import settings
    from sciflask_reflex.supervisor.up import build as build_pages

    raise typer.Exit(build_pages(settings()))


@admin.command("create")
def admin_create(
    email: Email,
    *,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")
    ] = False,
) -> None:
    """Make an account with all rights; its address counts as confirmed."""
    from sciflask_reflex.commands.accounts import create_admin

    create_admin(email, _password(from_stdin=password_stdin))
    typer.echo(f"{email} is an admin now.")


@admin.command("set-password")
def admin_set_password(
    email: Email,
    *,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")
    ] = False,
) -> None:
    """Give any account a new password and end its sessions."""
    from sciflask_reflex.commands.accounts import set_password

    set_password(email, _password(from_stdin=password_stdin))
    typer.echo(f"{email} has a new password and must sign in again.")


@admin.command("promote")
def admin_promote(email: Email) -> None:
    """Make somebody with an account an admin."""
    from sciflask_reflex.commands.accounts import set_role

    set_role(email, "admin")
    typer.echo(f"{email} is an admin now, and must sign in again.")


@admin.command("demote")
def admin_demote(email: Email) -> None:
    """Make an admin an ordinary user; the last one stays."""
    from sciflask_reflex.commands.accounts import set_role

    set_role(email, "user")
    typer.echo(f"{email} is an ordinary user now, and must sign in again.")


@admin.command("enable")
def admin_enable(email: Email) -> None:
    """Let an account in again."""
    from sciflask_reflex.commands.accounts import set_enabled

    set_enabled(email, enabled=True)
    typer.echo(f"{email} can sign in again.")


@admin.command("disable")
def admin_disable(email: Email) -> None:
    """Keep an account out: every session of it ends at once. The last admin stays."""
    from sciflask_reflex.commands.accounts import set_enabled

    set_enabled(email, enabled=False)
    typer.echo(f"{email} is signed out everywhere and cannot sign in.")


@admin.command("list")
def admin_list() -> None:
    """List the admins."""
    from sciflask_reflex.commands.accounts import admins

    found = admins()
    if not found:
        typer.echo("Nobody runs this site yet. `sciflask admin create` makes an admin.")
        return
    width = max(len(row.email) for row in found)
    for row in found:
        notes = ["" if row.enabled else "disabled", "" if row.confirmed else "not confirmed", f"last signed in: {row.signed_in}"]
        typer.echo(f"{row.email:<{width}}  {row.name}  ({', '.join(filter(None, notes))})")


@token.command("create")
def token_create(email: Email, scope: Annotated[str, typer.Option(help="What the token may do.")] = "submit") -> None:
    """Print a new token for an account. It is shown once: only its digest is stored."""
    from sciflask_reflex.commands.accounts import create_token

    typer.echo(create_token(email, scope))


def main() -> None:
    """Run the command; what a person can mend is told in a sentence, without a traceback."""
    os.umask(0o077)  # whatever a command writes is for the account alone that runs the site
    try:
        app()
    except SciflaskError as fault:
        sys.exit(f"sciflask: {fault.sentence}")
    except _undeclarable() as fault:
        sys.exit(f"sciflask: {fault}")
    except ValidationError as fault:
        sys.exit("\n".join(["sciflask: a setting has a value that cannot be used.", *map(_setting_fault, fault.errors())]))


def _undeclarable() -> type[Exception]:
    """Return what a tool raises whose declaration does not hold together; loaded when something has been raised, and not before."""
    from pipeline.toolkit.errors import ToolDefinitionError

    return ToolDefinitionError


def _setting_fault(error) -> str:  # noqa: ANN001 - pydantic's ErrorDetails
    name = "_".join(str(part) for part in error["loc"]).upper()
    return f"  SCIFLASK_{name}: {error['msg']}" if name else f"  {error['msg']}"


def _password(*, from_stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\r\n") if from_stdin else typer.prompt("Password", hide_input=True, confirmation_prompt=True)


def _become(module: str) -> None:
    """Go on as another program of ours, in this very process: signals reach it directly."""
    os.execv(sys.executable, [sys.executable, "-m", module])


if __name__ == "__main__":
    main()
