"""Is the service of this container serving? Exit 0 when it says so over mutual TLS, 1 otherwise.

It reads what the service was told, the file that ``XUEJI_CONFIG`` names and the environment above it, and shows the
service its own certificate: no door is opened for the health check alone. A portal serves when it shows its login.
"""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

from chassis.rpc import TlsFiles
from chassis.settings import CONFIG_VARIABLE, ENVIRONMENT_PREFIX
from console.federation.nodes import serves
from console.federation.portals import shows_login
from kernel.office import Office


def main() -> int:
    told = tomllib.loads(Path(os.environ[CONFIG_VARIABLE]).read_text(encoding="utf-8"))

    def setting(key: str) -> str:
        return str(os.environ.get(f"{ENVIRONMENT_PREFIX}{key.upper()}") or told[key])

    port = setting("listen").rpartition(":")[2]
    if "accounts_file" in told:
        return 0 if shows_login(f"http://127.0.0.1:{port}/") else 1
    tls = TlsFiles(Path(setting("tls_certificate")), Path(setting("tls_key")), Path(setting("authority_certificate")))
    return 0 if serves(f"127.0.0.1:{port}", Office.parse(setting("office")), tls) else 1


if __name__ == "__main__":
    sys.exit(main())
