"""Where the source lies: whether there is a file, whose it is, and on what kind of file system.

All of it is asked before SQLite opens the file, and without opening it in this process (trap 21).
"""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import psutil

from zdcdc.errors import Code, PreconditionError, Side, SourceError

SHARED = frozenset(
    {
        *("9p", "afs", "beegfs", "blobfuse", "ceph", "cifs", "curlftpfs", "davfs", "drvfs", "fakeowner"),
        *("gcsfuse", "gfs2", "glusterfs", "gpfs", "grpcfuse", "gvfsd-fuse", "juicefs", "lustre", "ncpfs"),
        *("nfs", "nfs4", "ocfs2", "osxfs", "prl_fs", "rclone", "s3fs", "seaweedfs", "smb", "smb2"),
        *("smb3", "smbfs", "sshfs", "vboxsf", "virtiofs", "vmhgfs", "vmhgfs-fuse", "webdav"),
    }
)
"""Kinds of file systems whose files another machine may have open, without shared memory between the two:
there WAL corrupts the database or loses locks (https://www.sqlite.org/wal.html, trap 111). Those of FUSE are
named without their ``fuse.``."""

_WAL = 2  # file format version, bytes 18 and 19 of the header (https://www.sqlite.org/fileformat.html)
_HEADER_SECONDS = 30

_READ_HEADER = "import sys; sys.stdout.write(open(sys.argv[1], 'rb').read(20)[18:].hex())"


class Mount(NamedTuple):
    """A mounted file system: where, and of what kind."""

    point: str
    kind: str


def mounts() -> list[Mount]:
    """What is mounted, in the order in which it was."""
    return [Mount(found.mountpoint, found.fstype) for found in psutil.disk_partitions(all=True)]


def kind_of(mounted: Iterable[Mount], path: Path) -> str:
    """The kind of file system that holds the absolute ``path``: of the longest mount point above it, and of
    two at the same point the later, which hides the other. Empty when there is none. Pure."""
    above = {str(path), *map(str, path.parents)}
    kind, length = "", 0
    for mount in mounted:
        if mount.point in above and len(mount.point) >= length:
            kind, length = mount.kind, len(mount.point)
    return kind


def is_shared(kind: str) -> bool:
    """Whether another machine may have files on a file system of this kind open. Pure."""
    return kind.lower().removeprefix("fuse.") in SHARED


def require_usable(path: Path) -> None:
    """Passes when SQLite may open ``path`` without harm to the application.

    Raises SourceError when there is no such file, PreconditionError when it belongs to another user, cannot
    be written to, or is in WAL mode on a file system that does not support it.
    """
    status = _status(path)
    if not stat.S_ISREG(status.st_mode):
        what = "is a directory" if stat.S_ISDIR(status.st_mode) else "is not a file"
        raise SourceError(
            Code.CONNECTION,
            f"{path} {what}",
            consequence="nothing was changed",
            hint="give the database file with --sqlite-path",
        )
    _require_owner(path, status.st_uid, os.geteuid())
    _require_writable(path)
    kind = kind_of(mounts(), path.resolve())
    if is_shared(kind) and _is_wal(path):
        raise PreconditionError(
            Code.CONFIGURATION,
            f"{path} is in WAL mode on a file system of kind {kind}, where WAL loses locks",
            consequence="the database was not opened: a second process could corrupt it",
            hint="run zdcdc where the file is on a local disk, beside the application; "
            "or set PRAGMA journal_mode = DELETE",
            side=Side.SOURCE,
        )


def owned_like(descriptor: int, path: Path) -> None:
    """Gives a file that root made beside the database to the owner of the database, as SQLite itself does."""
    if os.geteuid() == 0:
        status = path.stat()
        os.fchown(descriptor, status.st_uid, status.st_gid)


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except PermissionError as error:
        raise SourceError(
            Code.PRIVILEGES,
            f"{path} cannot be reached: {error.strerror}",
            consequence="nothing was changed",
            hint="run zdcdc as the user that the application runs as",
        ) from error
    except OSError as error:
        raise SourceError(
            Code.CONNECTION,
            f"there is no file {path}: {error.strerror}",
            consequence="nothing was changed",
            hint="give the database with --sqlite-path",
        ) from error


def _require_owner(path: Path, owner: int, user: int) -> None:
    """Another user's -wal and -shm files could not be opened by the application (trap 120). Root's can:
    SQLite gives them to the owner of the database (``robustFchown`` in os_unix.c)."""
    if user in (0, owner):
        return
    name = _user_name(owner)
    raise PreconditionError(
        Code.PRIVILEGES,
        f"{path} belongs to user {name}, and zdcdc runs as {_user_name(user)}",
        consequence="the database was not opened: files made beside it would lock the application out",
        hint=f"run zdcdc as {name}, as the application does (sudo -u {name} zdcdc ...)",
        side=Side.SOURCE,
    )


def _require_writable(path: Path) -> None:
    """A reader that may not write leaves a -shm file behind that is read-only, too, and must not be there
    when the application comes back."""
    for what, place in (("the file", path), ("the directory of the file", path.resolve().parent)):
        if not os.access(place, os.W_OK, effective_ids=True):
            raise PreconditionError(
                Code.PRIVILEGES,
                f"{path}: {what} cannot be written to",
                consequence="the database was not opened",
                hint="zdcdc installs triggers and a journal: make both writable for the user who runs it",
                side=Side.SOURCE,
            )


def _user_name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"#{user}"


def _is_wal(path: Path) -> bool:
    """Whether the header says WAL: read in a process of its own, for closing the file here would drop the
    locks that this process may hold on it. What cannot be read is left to SQLite."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", _READ_HEADER, str(path)],
        capture_output=True,
        text=True,
        timeout=_HEADER_SECONDS,
        check=False,
    )
    return done.stdout == f"{_WAL:02x}" * 2
