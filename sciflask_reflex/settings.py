"""Typed settings, one sentence each. The environment (prefix ``SCIFLASK_``) and ``.env`` are read here and nowhere else."""

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MIB = 1024 * 1024
ROOT = Path(__file__).resolve().parent.parent
FORM_BYTES = 64 * 1024
"""What a multipart form may add to the file that it holds."""
LONGEST_SOCKET_PATH = 100  # bytes; Linux refuses more than 107, macOS more than 103


def _in_project(path: Path) -> Path:
    """Read a relative path from the project's folder, so that every command means the same one wherever it is called."""
    return (ROOT / path.expanduser()).resolve()


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
    smtp_url: str = Field("", description="smtp://user:password@host:port of the mail server. Default: mails are written to DATA_DIR/mail.")
    mail_from: str = Field("sciflask@localhost", description="Sender of the site's mails.")
    site_name: str = Field("SciFlask", description="Name of the site, in the header and in mails.")
    contact: str = Field("", description="E-mail address of the people who run the site, shown on the help and privacy pages.")

    registration: Literal["academic", "open", "closed"] = Field("open", description="Who may make an account.")
    guests: bool = Field(True, description="Whether people may try the site without an account.")
    session_days: int = Field(7, ge=1, le=365, description="Days after which a sign-in ends.")
    guest_days: int = Field(7, ge=1, le=365, description="Days for which a guest's work is kept.")

    web_workers: int = Field(1, ge=1, le=32, description="Number of web processes.")
    job_workers: int = Field(2, ge=0, le=64, description="Number of job workers, each running one analysis at a time.")

    max_file_mib: int = Field(50, ge=1, description="Largest file that may be uploaded, in MiB.")
    max_samples: int = Field(5_000, ge=1, description="Largest number of samples (rows) in a table.")
    max_features: int = Field(20_000, ge=1, description="Largest number of features (columns) in a table.")
    min_features: int = Field(10, ge=1, description="Least number of numeric features in a table.")
    min_shared_samples: int = Field(15, ge=1, description="Least number of samples that two tables must share.")
    max_studies: int = Field(50, ge=1, description="Studies that one user may keep.")
    max_studies_guest: int = Field(5, ge=1, description="Studies that one guest may keep.")
    max_active_analyses: int = Field(20, ge=1, description="Analyses that one user may have queued and running at once.")
    max_active_analyses_guest: int = Field(3, ge=1, description="Analyses that one guest may have queued and running at once.")
    max_owner_mib: int = Field(2_048, ge=1, description="Disk space of one user's files and results, in MiB.")
    max_owner_mib_guest: int = Field(200, ge=1, description="Disk space of one guest's files and results, in MiB.")

    job_memory_mib: int = Field(4_096, ge=128, description="Memory that one analysis may use, in MiB.")
    job_seconds: int = Field(900, ge=1, description="Wall-clock time that one analysis may take, in seconds.")
    job_output_mib: int = Field(1_024, ge=1, description="Disk space that the files of one analysis may take, in MiB.")
    check_memory_mib: int = Field(2_048, ge=128, description="Memory that one data check may use, in MiB.")
    check_seconds: int = Field(60, ge=1, description="Time that one data check may take, in seconds.")
    lease_seconds: float = Field(30, ge=1, description="Seconds without a heartbeat after which a worker counts as dead.")
    reap_seconds: float = Field(5, gt=0, description="Seconds between two rounds of the reaper.")
    max_attempts: int = Field(3, ge=1, le=10, description="Times that an analysis is tried before it fails for good.")

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return _in_project(value)

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
        return self

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
