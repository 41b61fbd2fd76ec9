"""What an operator says: a TOML file, and the environment above it, checked whole before anything starts.

    XUEJI_CONFIG=county.toml XUEJI_LISTEN=0.0.0.0:8443 python -m county_node

Secrets are named by the path of their file and never stand in the settings themselves.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal, NoReturn, Self, TypeVar

from pydantic import AfterValidator, DirectoryPath, Field, FilePath, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from kernel.clock import Clock, ShiftedClock, SystemClock
from kernel.office import Identity, Office
from kernel.refusals import IdentityNotProven

ENVIRONMENT_PREFIX = "XUEJI_"
CONFIG_VARIABLE = "XUEJI_CONFIG"
EXIT_CONFIG = 78  # EX_CONFIG of sysexits.h: a supervisor should not try again by itself
_PORT_MAX = 65535
DEMONSTRATIONS = "dev"  # the environment of development and demonstration certificates


def _office(given: str) -> str:
    try:
        return str(Office.parse(given))
    except IdentityNotProven:
        raise ValueError("should be an office such as school/2141000001, authority/410105 or province/41") from None


def _address(given: str) -> str:
    host, _, port = given.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or int(port) > _PORT_MAX:
        raise ValueError("should be host:port such as 127.0.0.1:8443; port 0 takes a free one")
    return given


OfficeName = Annotated[str, AfterValidator(_office)]
ListenAddress = Annotated[str, AfterValidator(_address)]


class ProgramSettings(BaseSettings):
    """What every program of ours is told, and from where. A program's own settings are a subclass.

    Attributes:
        environment: the second part of every identity in this federation, e.g. ``dev``.
        address_file: where the bound address is written once it is.
        clock_shift_seconds: a demonstration's clock stands so far from the system's; refused outside ``dev``.
    """

    # Settings of demonstrations alone, by key; a subclass adds its own.
    of_demonstrations: ClassVar[tuple[str, ...]] = ("clock_shift_seconds",)

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX,
        frozen=True,
        extra="forbid",  # a misspelt key is told, not forgotten
        hide_input_in_errors=True,
    )

    environment: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,20}$")] = "dev"
    listen: ListenAddress = "127.0.0.1:0"
    address_file: Path | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    clock_shift_seconds: int = 0

    @model_validator(mode="after")
    def _what_serves_demonstrations_is_set_in_them_alone(self) -> Self:
        for key in self.of_demonstrations:
            if getattr(self, key) and self.environment != DEMONSTRATIONS:
                raise ValueError(f"{key} is for environment {DEMONSTRATIONS} alone")
        return self

    @property
    def clock(self) -> Clock:
        """The program's clock: the system's, but in demonstrations."""
        return ShiftedClock(timedelta(seconds=self.clock_shift_seconds)) if self.clock_shift_seconds else SystemClock()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment above the file; no ``.env`` that happens to lie about."""
        del dotenv_settings, file_secret_settings
        named = os.environ.get(CONFIG_VARIABLE)
        file = (TomlConfigSettingsSource(settings_cls, toml_file=Path(named)),) if named else ()
        return (init_settings, env_settings, *file)


class NodeSettings(ProgramSettings):
    """What every node must be told. A tier's own settings are a subclass.

    Attributes:
        office: whose node this is, e.g. ``school/2141000001``.
        listen: where gRPC is served.
        database_dsn_file: holds ``postgresql+psycopg://…`` with the password.
        tls_certificate, tls_key, authority_certificate: PEM; who we are to others, and whom we trust.
        signing_certificate, signing_key: PEM; what our endorsements and letters are signed with.
        metrics_listen: where Prometheus fetches; nowhere when not set.
        threads: transactions at once.
        staff_file: who is on duty from the first start on (``chassis.staff.declared``): a province's officers, who have
            nobody above them here; of another office, those by whom it begins.
        calendars_dir: working days of years whose notice came out after the program (``chassis.calendars``).
        kill_points_dir: where a test says at which point the node is to die (``chassis.kill_points``); refused outside
            ``dev``.
    """

    of_demonstrations = (*ProgramSettings.of_demonstrations, "kill_points_dir")

    office: OfficeName
    database_dsn_file: FilePath
    tls_certificate: FilePath
    tls_key: FilePath
    authority_certificate: FilePath
    signing_certificate: FilePath
    signing_key: FilePath
    metrics_listen: ListenAddress | None = None
    threads: Annotated[int, Field(ge=1, le=64)] = 4
    staff_file: FilePath | None = None
    calendars_dir: DirectoryPath | None = None
    kill_points_dir: DirectoryPath | None = None

    @property
    def identity(self) -> Identity:
        """Who this node is, as its certificate must name it."""
        return Identity(self.environment, Office.parse(self.office))

    def read_database_dsn(self) -> str:
        """The content of ``database_dsn_file``. It holds a password: hand it to the database and keep it nowhere.

        Raises:
            OSError: the file cannot be read.
        """
        return self.database_dsn_file.read_text(encoding="utf-8").strip()


S = TypeVar("S", bound=ProgramSettings)


def load(cls: type[S]) -> S:
    """The settings, or a message on stderr that names each key and what is wrong with it, and exit 78.

    Raises:
        SystemExit: with ``EXIT_CONFIG``.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    if named and not Path(named).is_file():
        _give_up([f"{CONFIG_VARIABLE}: there is no file {named}"])
    try:
        return cls()  # they come from the environment and the file
    except tomllib.TOMLDecodeError as error:
        _give_up([f"{named} is not TOML: {error}"])
    except ValidationError as error:
        _give_up(_in_plain_words(each, cls) for each in error.errors(include_url=False, include_input=False))


def _in_plain_words(error: ErrorDetails, cls: type[ProgramSettings]) -> str:
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{key}: no such key; known are {', '.join(sorted(cls.model_fields))}"
    what = {
        "missing": "is not set",
        "path_not_file": "there is no such file",
    }.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    return f"{key} (environment {ENVIRONMENT_PREFIX}{key.upper()}): {what}"


def _give_up(complaints: Iterable[str]) -> NoReturn:
    lines = "".join(f"  {complaint}\n" for complaint in complaints)
    sys.stderr.write(f"The settings are not complete or not right; nothing was started.\n{lines}")
    raise SystemExit(EXIT_CONFIG)
