"""``xueji``, or ``python -m console``."""

from __future__ import annotations

from console.commands import app


def main() -> None:
    app()


if __name__ == "__main__":
    main()
