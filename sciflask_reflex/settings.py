"""Typed settings, one sentence each. The environment (prefix ``SCIFLASK_``) and ``.env`` are read here and nowhere else."""

import hashlib
import os
import re
from functools import cache, cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sciflask_reflex.imprint import Imprint, read_imprint
from sciflask_reflex.providers import Provider, require_safe

MIB = 1024 * 1024
ROOT = Path(__file__).resolve().parent.parent
BUILT_MANUAL = ROOT / "build" / "docs"
"""Where `make docs` puts the manual; the site shows it from there."""
FORM_BYTES = 64 * 1024
"""What a multipart form may add to the file that it holds."""
LONGEST_SOCKET_PATH = 100  # bytes; Linux refuses more than 107, macOS more than 103


def _in_project(path: Path) -> Path:
    """Read a relative path from the project's folder, so that every command means the same one wherever it is called."""
    return (ROOT / path.expanduser()).resolve()


QUEUE_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
DASK_ADDRESS = re.compile(r"(?:tcp|tls)://[^\s/]+:[0-9]{1,5}")
ROLE_NAME = re.compile(r"[a-z][a-z0-9-]{0,15}")
LEAST_KEEP_DAYS = 14
"""Whoever is warned a week before must have had a week without a warning."""


class RoleSettings(BaseModel):
    """What a role may keep and use, as far as it differs from a user; 0 means no limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field("", max_length=60)
    max_studies: int | None = Field(None, ge=0)
    max_studies_total: int | None = Field(None, ge=0)
    max_analyses: int | None = Field(None, ge=0)
    max_analyses_total: int | None = Field(None, ge=0)
    max_mib: int | None = Field(None, ge=0)
    max_running: int | None = Field(None, ge=0)
    max_queued: int | None = Field(None, ge=0)
    tools: list[str] | None = None


class Settings(BaseSettings):
    """Every setting of an instance."""

    model_config = SettingsConfigDict(env_prefix="SCIFLASK_", env_file=ROOT / ".env", extra="ignore", frozen=True)

    env: Literal["development", "production"] = Field("development", description="Which rules apply: production refuses unsafe values.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(3000, ge=1, le=65535, description="Port the web server listens on.")
    public_url: str = Field("", description="Address that people type; links in mails start with it. Default: http://localhost:PORT.")
    extra_origins: str = Field("", description="Further origins, separated by commas, whose pages may open the websocket.")
    proxy_hops: int = Field(
        0, ge=0, le=10, description="Number of trusted proxies in front; as many entries of X-Forwarded-For are believed."
    )
    data_dir: Path = Field(Path("data"), description="Folder that holds everything an instance must not lose.")
    database_url: str = Field("", description="SQLAlchemy address of the database. Default: SQLite in the data folder.")
    redis_url: str = Field("", description="Address of a Redis or Valkey server. Default: an embedded Valkey on a unix socket.")
    smtp_url: str = Field("", description="Mail server, as in smtp://user:password@host:port. Default: mails are written to DATA_DIR/mail.")
    mail_from: str = Field("sciflask@localhost", description="Sender of the site's mails.")
    site_name: str = Field("SciFlask", description="Name of the site, in the header and in mails. Stands before that of `site.toml`.")
    contact: str = Field("", description="E-mail address for questions, on pages and in mails. Stands before that of `site.toml`.")
    operator_mail: str = Field(
        "", description="Where faults of the site are mailed, separated by commas. Default: every admin's own address."
    )
    site_dir: Path = Field(
        Path("data/site"), description="Folder that makes the site your own (`docs/site.md`). Default: `site` in the data folder."
    )

    registration: Literal["academic", "open", "closed"] = Field("academic", description="Who may make an account.")
    academic_allow: str = Field("", description="Further domains, separated by commas, that count as academic institutions.")
    academic_refuse: str = Field("", description="Domains, separated by commas, that do not count although they are listed.")
    human_check: Literal["off", "on", "load"] = Field(
        "off",
        description="Proof of work against programs: never, for registration and guests' runs, or as 'on' but for guests only under load.",
    )
    human_check_queue: int = Field(10, ge=1, description="Waiting analyses of guests from which on there is load.")
    oidc: list[Provider] = Field([], description="OpenID Connect providers to sign in with, as a JSON list (docs/accounts.md).")
    guests: bool = Field(True, description="Whether people may try the site without an account.")
    session_days: int = Field(7, ge=1, le=365, description="Days after which a sign-in ends.")
    idle_hours: int = Field(24, ge=1, description="Hours without use after which a sign-in ends that is not to be remembered.")
    admin_hours: int = Field(8, ge=1, le=720, description="Hours after which the sign-in of somebody who runs the site ends.")
    admin_idle_minutes: int = Field(30, ge=1, description="Minutes without use after which the sign-in of somebody who runs the site ends.")
    guest_days: int = Field(7, ge=1, le=365, description="Days for which a guest's work is kept.")
    unconfirmed_days: int = Field(
        30, ge=0, le=365, description="Days after which an account goes whose address was never confirmed; 0 means never."
    )

    web_workers: int = Field(1, ge=1, le=32, description="Number of web processes.")
    job_workers: int = Field(2, ge=0, le=64, description="Number of job workers, each running one analysis at a time.")

    worker_queues: str = Field(
        "", description="Queues that job workers started here serve, separated by commas. Default: all that the tools name."
    )

    max_file_mib: int = Field(500, ge=1, description="Largest file that may be uploaded, in MiB.")
    max_samples: int = Field(5_000, ge=1, description="Largest number of samples (rows) in a table.")
    max_features: int = Field(50_000, ge=1, description="Largest number of features (columns) in a table.")
    min_features: int = Field(10, ge=1, description="Least number of numeric features in a table.")
    min_shared_samples: int = Field(15, ge=1, description="Least number of samples that two tables must share.")
    max_studies: int = Field(50, ge=0, description="Studies that one user may keep; 0 means no limit, here and below.")
    max_studies_guest: int = Field(5, ge=0, description="Studies that one guest may keep.")
    max_studies_total: int = Field(0, ge=0, description="Studies that one user may ever make; deleting gives none back.")
    max_studies_total_guest: int = Field(0, ge=0, description="Studies that one guest may ever make.")
    max_analyses: int = Field(500, ge=0, description="Analyses that one user may keep.")
    max_analyses_guest: int = Field(20, ge=0, description="Analyses that one guest may keep.")
    max_analyses_total: int = Field(0, ge=0, description="Analyses that one user may ever make; deleting gives none back.")
    max_analyses_total_guest: int = Field(0, ge=0, description="Analyses that one guest may ever make.")
    max_owner_mib: int = Field(10_240, ge=0, description="Disk space of one user's files and results, in MiB.")
    max_owner_mib_guest: int = Field(200, ge=0, description="Disk space of one guest's files and results, in MiB.")
    max_running: int = Field(2, ge=0, description="Analyses of one user that run at once; others wait.")
    max_running_guest: int = Field(1, ge=0, description="Analyses of one guest that run at once; others wait.")
    max_queued: int = Field(20, ge=0, description="Analyses that one user may have waiting at once.")
    max_queued_guest: int = Field(3, ge=0, description="Analyses that one guest may have waiting at once.")
    roles: dict[str, RoleSettings] = Field(
        {}, description="Further roles, and other limits of known ones, as JSON: `docs/roles-and-quotas.md`."
    )
    keep_days: int = Field(0, ge=0, description="Days for which a user's analyses are kept, 14 or more; 0 means for ever.")

    job_memory_mib: int = Field(8_192, ge=128, description="Memory that one analysis may use, in MiB.")
    job_seconds: int = Field(900, ge=1, description="Wall-clock time that one analysis may take, in seconds.")
    job_output_mib: int = Field(
        8_192,
        ge=1,
        description="Disk space that the files of one analysis may take while it runs, in MiB; up to 24 bytes for a significant pair.",
    )
    dask_address: str = Field(
        "", description="Scheduler of a Dask cluster that shares large analyses: `docs/operations.md`. Default: none."
    )
    dask_folder: Path = Field(
        Path("data/spread"),
        description="Folder that job workers and Dask workers all see under the same path. Default: `spread` in the data folder.",
    )
    dask_tls: str = Field("", description="Folder with `ca.pem`, `cert.pem` and `key.pem`, for a Dask address that begins with tls://.")
    check_memory_mib: int = Field(2_048, ge=128, description="Memory that one data check may use, in MiB.")
    check_seconds: int = Field(120, ge=1, description="Time that one data check may take, in seconds.")
    live_workers: int = Field(2, ge=1, le=32, description="Computations of live tools that one web process runs at once.")
    live_seconds: int = Field(10, ge=1, description="Time that one computation of a live tool may take, in seconds.")
    live_memory_mib: int = Field(2_048, ge=128, description="Address space that one computation of a live tool may use, in MiB.")
    live_output_mib: int = Field(32, ge=1, description="Disk space that the files of one live result may take, in MiB.")
    live_cache_mib: int = Field(256, ge=1, description="Disk space for live results that may be looked at again, in MiB.")
    live_per_minute: int = Field(240, ge=1, description="Computations of live tools that one person may start in a minute.")
    lease_seconds: float = Field(30, ge=1, description="Seconds without a heartbeat after which a worker counts as dead.")
    reap_seconds: float = Field(5, gt=0, description="Seconds between two rounds of the reaper.")
    max_attempts: int = Field(3, ge=1, le=10, description="Times that an analysis is tried before it fails for good.")

    @field_validator("data_dir", "site_dir", "dask_folder")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return _in_project(value)

    @field_validator("roles")
    @classmethod
    def _good_names(cls, value: dict[str, RoleSettings]) -> dict[str, RoleSettings]:
        for name in value:
            if not ROLE_NAME.fullmatch(name):
                message = f"{name[:32]!r} cannot be the name of a role. Use at most 16 small letters, digits and hyphens."
                raise ValueError(message)
        return value

    @field_validator("worker_queues")
    @classmethod
    def _good_queues(cls, value: str) -> str:
        for name in filter(None, (part.strip() for part in value.split(","))):
            if not QUEUE_NAME.fullmatch(name):
                message = f"{name[:40]!r} cannot be the name of a queue. Use at most 32 small letters, digits and hyphens."
                raise ValueError(message)
        return value

    @field_validator("dask_tls")
    @classmethod
    def _absolute_if_any(cls, value: str) -> str:
        return str(_in_project(Path(value))) if value else ""

    @field_validator("dask_address")
    @classmethod
    def _good_address(cls, value: str) -> str:
        if value and not DASK_ADDRESS.fullmatch(value):
            message = f"{value[:80]!r} is no address of a Dask scheduler. Write it as tcp://host:8786 or tls://host:8786."
            raise ValueError(message)
        return value

    @field_validator("keep_days")
    @classmethod
    def _long_enough(cls, value: int) -> int:
        if 0 < value < LEAST_KEEP_DAYS:
            message = f"Keep results for at least {LEAST_KEEP_DAYS} days, so that people can be warned in time, or for ever (0)."
            raise ValueError(message)
        return value

    @field_validator("public_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, values: dict) -> dict:
        """Fill in the addresses that follow from others, so that nobody else has to."""
        port = values.get("port") or 3000
        if not values.get("public_url"):
            values["public_url"] = f"http://localhost:{port}"
        data_dir = _in_project(Path(values.get("data_dir") or "data"))
        if not values.get("site_dir"):
            values["site_dir"] = data_dir / "site"
        if not values.get("dask_folder"):
            values["dask_folder"] = data_dir / "spread"
        own = read_imprint(_in_project(Path(values["site_dir"]))).file
        for name, said in (("site_name", own.name), ("contact", own.contact)):
            if said and not values.get(name):
                values[name] = said
        if not values.get("database_url"):
            values["database_url"] = f"sqlite:///{data_dir / 'sciflask.db'}"
        if values["database_url"].startswith(("postgres://", "postgresql://")):
            values["database_url"] = "postgresql+psycopg://" + values["database_url"].split("://", 1)[1]
        return values

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> "Settings":
        """In production, a value that would expose people stops the start."""
        if self.env == "production" and not self.public_url.startswith("https://"):
            message = "SCIFLASK_PUBLIC_URL must start with https:// when SCIFLASK_ENV=production, so that session cookies stay private."
            raise ValueError(message)
        if self.dask_address and self.dask_address.startswith("tls:") != bool(self.dask_tls):
            message = "SCIFLASK_DASK_TLS names the folder of the certificates when SCIFLASK_DASK_ADDRESS begins with tls://, and only then."
            raise ValueError(message)
        require_safe(self.oidc, development=self.env == "development")
        return self

    @cached_property
    def imprint(self) -> Imprint:
        """Whose site this is, beside its name and contact: pictures, colours, words."""
        return read_imprint(self.site_dir)

    @property
    def max_file_bytes(self) -> int:
        """The largest file that may be uploaded."""
        return self.max_file_mib * MIB

    @property
    def max_upload_bytes(self) -> int:
        """The largest request that may bring such a file."""
        return self.max_file_bytes + FORM_BYTES

    @property
    def is_sqlite(self) -> bool:
        """Whether the truth is kept in SQLite."""
        return self.database_url.startswith("sqlite")

    @property
    def embedded_valkey(self) -> bool:
        """Whether the supervisor starts its own Valkey."""
        return not self.redis_url

    @property
    def socket_folder(self) -> Path:
        """The private folder of the embedded server's sockets: in the data folder, or in /tmp when that path is too long for a socket."""
        folder = self.data_dir / "run"
        if len(os.fsencode(folder / "valkey.sock")) <= LONGEST_SOCKET_PATH:
            return folder
        name = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        return Path("/tmp") / f"sciflask-{os.getuid()}-{name}"  # noqa: S108 - made 0700 and refused if it is somebody else's

    @property
    def valkey_socket(self) -> Path:
        """Where the embedded Valkey listens."""
        return self.socket_folder / "valkey.sock"

    @property
    def broker_url(self) -> str:
        """The address of the server that carries jobs and events."""
        return self.redis_url or f"unix://{self.valkey_socket}"

    @property
    def tabs_url(self) -> str:
        """The address of the server that keeps open tabs when there are several web processes."""
        return self.redis_url or f"unix://{self.socket_folder / 'tabs.sock'}"

    @property
    def served_queues(self) -> tuple[str, ...]:
        """The queues that workers started here serve; none named means all."""
        return tuple(dict.fromkeys(name.strip() for name in self.worker_queues.split(",") if name.strip()))

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may only travel over TLS."""
        return self.public_url.startswith("https://")

    @property
    def origins(self) -> tuple[str, ...]:
        """Every origin whose pages may talk to this instance."""
        parts = urlsplit(self.public_url)
        own = f"{parts.scheme}://{parts.netloc}"
        local = (f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}") if self.env == "development" else ()
        extra = tuple(o.strip().rstrip("/") for o in self.extra_origins.split(",") if o.strip())
        return tuple(dict.fromkeys((own, *local, *extra)))


@cache
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings()  # pyright: ignore[reportCallIssue]
