"""Where the application's data is: `WORKSHOP_URL`."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config


def engine() -> sa.Engine:
    """A new engine, which enforces foreign keys on either side."""
    made = sa.create_engine(os.environ["WORKSHOP_URL"])
    if made.dialect.name == "sqlite":
        sa.event.listen(made, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    return made


def alembic() -> Config:
    """What ``alembic.ini`` would say."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("revisions")))
    return config
