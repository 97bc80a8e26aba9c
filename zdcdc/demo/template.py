"""A data directory as a new server has it, made once per installation and copied for each start.

Making one takes a server some seconds; copying takes a fraction of one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from zdcdc.demo.installation import Installation, Kind
from zdcdc.errors import Code, TargetError

_INITIALISE_TIMEOUT_SECONDS = 300
_LOG_BYTES_SHOWN = 2000

# MySQL makes root@localhost only; which name 127.0.0.1 has is the machine's own affair.
_MYSQL_ROOT_BY_ADDRESS = (
    "CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY '';\n"
    "GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;\n"
)
# The scripts in the order in which MariaDB's own installer feeds them; the prefix changed with version 11.
_MARIADB_SCRIPTS = (
    ("mariadb_system_tables.sql", "mysql_system_tables.sql"),
    ("mariadb_performance_tables.sql", "mysql_performance_tables.sql"),
    ("mariadb_system_tables_data.sql", "mysql_system_tables_data.sql"),
    ("fill_help_tables.sql",),
    ("maria_add_gis_sp_bootstrap.sql",),
    ("mariadb_sys_schema.sql", "mysql_sys_schema.sql"),
)


def cache_directory() -> Path:
    """Where things that can be made again are kept: ``$XDG_CACHE_HOME/zdcdc`` or ``~/.cache/zdcdc``."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "zdcdc"


def file_options(installation: Installation) -> list[str]:
    """Options that name the installation's own files, wherever it was unpacked."""
    options = [
        f"--lc-messages-dir={installation.share}",
        f"--character-sets-dir={installation.share / 'charsets'}",
        "--secure-file-priv=",
    ]
    if installation.plugins is not None:
        options.append(f"--plugin-dir={installation.plugins}")
    if os.geteuid() == 0:
        # Both servers refuse to run as root unless told to.
        options.append("--user=root")
    return options


def data_template(installation: Installation) -> Path:
    """The kept data directory of ``installation``, its root without a password; made where there is none.

    Raises TargetError if the server cannot initialise one.
    """
    home = cache_directory() / "templates"
    template = home / f"{installation.kind.value}-{_fingerprint(installation)}"
    if template.is_dir():
        return template
    home.mkdir(parents=True, exist_ok=True)
    with _scratch(home) as scratch:
        data = scratch / "data"
        log = scratch / "initialise.log"
        _initialise(installation, data, scratch, log)
        # Each copy shall have a server identity of its own.
        (data / "auto.cnf").unlink(missing_ok=True)
        # Another process may have been quicker: its template is as good, and ours goes with the scratch.
        with contextlib.suppress(OSError):
            data.rename(template)
    if not template.is_dir():
        raise TargetError(Code.DISK, f"cannot keep a new data directory as {template}")
    return template


@contextlib.contextmanager
def _scratch(home: Path) -> Iterator[Path]:
    scratch = Path(tempfile.mkdtemp(prefix=".making-", dir=home))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _fingerprint(installation: Installation) -> str:
    """Changes whenever the server program does."""
    program = installation.server.resolve()
    identity = f"{program}\0{installation.version}\0{program.stat().st_mtime_ns}\0{os.geteuid()}"
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def _initialise(installation: Installation, data: Path, scratch: Path, log: Path) -> None:
    command = [str(installation.server), "--no-defaults", f"--datadir={data}", *file_options(installation)]
    script = scratch / "initialise.sql"
    if installation.kind is Kind.MYSQL:
        script.write_text(_MYSQL_ROOT_BY_ADDRESS)
        # The small redo log keeps the copies small: a server started on one grows it to its own default.
        command += ["--initialize-insecure", f"--init-file={script}", "--innodb-redo-log-capacity=8M"]
    else:
        (data / "mysql").mkdir(parents=True)
        script.write_bytes(_mariadb_bootstrap(installation.share))
        command += ["--bootstrap", "--max-allowed-packet=8M", "--enforce-storage-engine="]
    with script.open("rb") as statements, log.open("wb") as said:
        done = subprocess.run(
            command,
            stdin=statements,
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=_INITIALISE_TIMEOUT_SECONDS,
        )
    if done.returncode != 0:
        raise TargetError(
            Code.CONFIGURATION,
            f"{installation.server} cannot make a data directory (exit {done.returncode}):\n{tail(log)}",
            hint="name a running server with --mysql-url instead",
        )


def _mariadb_bootstrap(share: Path) -> bytes:
    """One SQL text that makes MariaDB's system tables, with a root account that needs no password."""
    parts = [b"USE mysql;\n", b"SET @auth_root_socket = NULL;\n"]
    for names in _MARIADB_SCRIPTS:
        found = next((share / name for name in names if (share / name).is_file()), None)
        if found is None:
            raise TargetError(
                Code.CONFIGURATION,
                f"{share} has no {names[0]}, from which MariaDB's system tables are made",
                hint="install the server's full package, or name a running server with --mysql-url",
            )
        parts.append(found.read_bytes())
    return b"\n".join(parts)


def tail(log: Path) -> str:
    """The end of a log, or an empty text if there is none."""
    if not log.is_file():
        return ""
    with log.open("rb") as lines:
        lines.seek(max(0, log.stat().st_size - _LOG_BYTES_SHOWN))
        return lines.read().decode("utf-8", "replace").strip()
