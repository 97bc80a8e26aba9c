"""The grants that a test's account holds: exactly those that ``zdcdc check`` prints."""

from __future__ import annotations

import re

from zdcdc.names import mysql_name

_ON_DATABASE = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, INDEX, ALTER, REFERENCES"


def grants_for(database: str, account: str) -> list[str]:
    """GRANT statements for ``account`` (as SQL writes it) on ``database``.

    In a grant's database name ``_`` and ``%`` stand for other characters unless escaped.
    """
    exact = mysql_name(re.sub(r"([_%\\])", r"\\\1", database))
    return [
        f"GRANT {_ON_DATABASE} ON {exact}.* TO {account}",
        f"GRANT REPLICATION CLIENT ON *.* TO {account}",
    ]
