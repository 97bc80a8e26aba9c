"""zdcdc moves a live SQLite database to MySQL or MariaDB without stopping the application."""

__version__ = "0.1.0"
