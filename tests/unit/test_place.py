"""Where the source lies: told from the table of mounts, the longest mount point first."""

from __future__ import annotations

from pathlib import Path

import pytest

from zdcdc.place import Mount, is_shared, kind_of, mounts

TABLE = [
    Mount("/", "ext4"),
    Mount("/srv", "xfs"),
    Mount("/srv/share", "nfs4"),
    Mount("/srv/share/local", "tmpfs"),
    Mount("/srv/twice", "tmpfs"),
    Mount("/srv/twice", "fuse.sshfs"),
    Mount("/with space", "virtiofs"),
]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/app.db", "ext4"),
        ("/srv/app.db", "xfs"),
        ("/srv/shared/app.db", "xfs"),
        ("/srv/share/app.db", "nfs4"),
        ("/srv/share", "nfs4"),
        ("/srv/share/local/deep/app.db", "tmpfs"),
        ("/srv/twice/app.db", "fuse.sshfs"),
        ("/with space/app.db", "virtiofs"),
    ],
)
def test_a_file_lies_on_the_file_system_of_the_longest_mount_point_above_it(path: str, kind: str) -> None:
    assert kind_of(TABLE, Path(path)) == kind


def test_without_a_mount_point_above_it_nothing_is_known() -> None:
    assert kind_of([Mount("/srv", "xfs")], Path("/home/app.db")) == ""


@pytest.mark.parametrize(
    ("kind", "shared"),
    [
        *((kind, True) for kind in ("nfs", "nfs4", "cifs", "smb3", "9p", "virtiofs", "fuse.sshfs", "vboxsf")),
        *((kind, True) for kind in ("fuse.grpcfuse", "drvfs", "ceph", "fuse.vmhgfs-fuse", "CIFS")),
        *((kind, False) for kind in ("ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "apfs", "fuseblk")),
        *((kind, False) for kind in ("fuse.fuse-overlayfs", "fuse.mergerfs", "")),
    ],
)
def test_file_systems_that_another_machine_may_share_are_known(kind: str, shared: bool) -> None:
    assert is_shared(kind) is shared


def test_the_mounts_of_this_machine_can_be_read(tmp_path: Path) -> None:
    found = mounts()
    assert any(mount.point == "/" for mount in found)
    assert kind_of(found, tmp_path.resolve()) not in ("", "proc")
    if Path("/proc/self/stat").exists():
        assert kind_of(found, Path("/proc/self/stat")) == "proc"
