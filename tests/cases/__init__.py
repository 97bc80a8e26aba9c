"""One folder for each oddity of SQLite: see :mod:`tests.support.cases` for what a folder holds."""
