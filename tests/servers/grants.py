"""The grants that a test's account holds: exactly those that ``zdcdc check`` prints."""

from __future__ import annotations

from zdcdc.check.grants import grant_statements


def grants_for(database: str, account: str) -> list[str]:
    """GRANT statements for ``account`` (as SQL writes it) on ``database``."""
    return grant_statements(database, account)
