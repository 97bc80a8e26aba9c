"""Nothing unsigned or altered is unpacked: proven on a repository in a folder, with the machine's apt."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.servers.apt import AptError, PrivateApt, architecture

pytestmark = pytest.mark.skipif(
    any(shutil.which(name) is None for name in ("apt-get", "dpkg-deb")), reason="not a system with apt"
)

_CONTROL = """\
Package: zdcdc-sample
Version: 1.0
Architecture: all
Maintainer: nobody
Description: a file
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository without a signature, holding one package."""
    tree = tmp_path / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN" / "control").write_text(_CONTROL)
    (tree / "sample.txt").write_text("as published\n")
    repository = tmp_path / "repository"
    lists = repository / "dists" / "sample" / "main" / f"binary-{architecture()}"
    lists.mkdir(parents=True)
    deb = repository / "sample.deb"
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, deb], check=True, capture_output=True)
    content = deb.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    packages = f"{_CONTROL}Filename: sample.deb\nSize: {len(content)}\nSHA256: {digest}\n"
    (lists / "Packages").write_text(packages)
    path = lists.relative_to(repository / "dists" / "sample") / "Packages"
    (repository / "dists" / "sample" / "Release").write_text(
        "Suite: sample\nCodename: sample\nComponents: main\n"
        f"Architectures: {architecture()}\nDate: Thu, 01 Jan 2026 00:00:00 UTC\nSHA256:\n"
        f" {hashlib.sha256(packages.encode()).hexdigest()} {len(packages)} {path}\n"
    )
    return repository


def _source(repository: Path, *more: str) -> str:
    fields = ["Types: deb", f"URIs: file:{repository}", "Suites: sample", "Components: main", *more]
    return "\n".join(fields) + "\n"


def test_lists_without_a_signature_are_refused(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(AptError, match="not signed"):
        PrivateApt(tmp_path / "apt", _source(repository)).update()


def test_a_package_as_published_is_unpacked(repository: Path, tmp_path: Path) -> None:
    apt = PrivateApt(tmp_path / "apt", _source(repository, "Trusted: yes"))
    apt.update()
    assert apt.names("zdcdc-sam") == ["zdcdc-sample"]
    apt.unpack(["zdcdc-sample"], tmp_path / "root")
    assert (tmp_path / "root" / "sample.txt").read_text() == "as published\n"


def test_an_altered_package_is_refused(repository: Path, tmp_path: Path) -> None:
    apt = PrivateApt(tmp_path / "apt", _source(repository, "Trusted: yes"))
    apt.update()
    deb = repository / "sample.deb"
    content = bytearray(deb.read_bytes())
    content[-1] ^= 1
    deb.write_bytes(content)
    with pytest.raises(AptError, match="zdcdc-sample"):
        apt.unpack(["zdcdc-sample"], tmp_path / "root")
    assert not (tmp_path / "root").exists() or not list((tmp_path / "root").iterdir())
