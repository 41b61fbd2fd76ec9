"""The settings of an index, for those tests that run one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from national_index.settings import IndexSettings


def index_settings(dsn: str, folder: Path, files: Any, **more: Any) -> IndexSettings:
    """As an operator would write them, with new keys in files of their own.

    Args:
        files: the nation's, of the fixture ``node_files``.
    """
    secret_files: dict[str, str] = {
        "database_dsn_file": dsn,
        "fingerprint_key_file": secrets.token_hex(32),
        "number_key_file": f"1 {secrets.token_hex(32)}\n",
    }
    for name, content in secret_files.items():
        (folder / name).write_text(content)
    paths: dict[str, Any] = {name: folder / name for name in secret_files}
    return IndexSettings(
        tls_certificate=files.tls.certificate,
        tls_key=files.tls.key,
        authority_certificate=files.tls.authority,
        signing_certificate=files.signing.certificate,
        signing_key=files.signing.key,
        **paths,
        **more,
    )


def environment_of(settings: IndexSettings, **more: Any) -> dict[str, str]:
    """This process's environment, with the settings in it as a process of the index reads them."""
    told = settings.model_dump(exclude_none=True, exclude={"office"}) | more
    return {**os.environ, **{f"XUEJI_{name.upper()}": str(value) for name, value in told.items()}}
