"""What the tests of faults share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.target import Server, Target, Wish, new_target
from tests.support.certificate import self_signed
from zdcdc.demo.installation import Installation, Kind
from zdcdc.demo.server import PrivateServer


@pytest.fixture
def encrypted_target(installation: Installation, tmp_path: Path) -> Iterator[Target]:
    """A target that offers TLS, as MySQL does by itself and MariaDB 10.11 does not."""
    options: tuple[str, ...] = ()
    if installation.kind is Kind.MARIADB:
        certificate, key = self_signed(tmp_path)
        options = (f"--ssl-cert={certificate}", f"--ssl-key={key}")
    with PrivateServer(installation, options) as root:
        server = Server(installation.kind, root.version(), root, installation.client)
        with new_target(server, Wish(installation.kind, local_infile=True)) as target:
            yield target
