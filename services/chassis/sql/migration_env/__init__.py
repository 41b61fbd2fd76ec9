"""Where alembic looks for its ``env.py``; a package so that it is installed with the rest."""
