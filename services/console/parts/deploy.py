"""Where the deployment's own files are: templates, policies, calendars."""

from __future__ import annotations

import os
from pathlib import Path


def deploy_directory() -> Path:
    """``deploy/`` of the checkout, or the directory that ``XUEJI_DEPLOY_DIR`` names.

    Raises:
        FileNotFoundError: there is no such directory; an installation away from a checkout must name one.
    """
    named = os.environ.get("XUEJI_DEPLOY_DIR")
    directory = Path(named) if named else Path(__file__).resolve().parents[3] / "deploy"
    if not directory.is_dir():
        raise FileNotFoundError(f"no deployment files at {directory}: set XUEJI_DEPLOY_DIR")
    return directory
