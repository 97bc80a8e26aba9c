"""The address that is recorded with a migration leads back to the same server, and holds no password."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from zdcdc.config import TargetConfig

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)
PATHS = st.none() | NAMES.map(lambda name: f"/{name}")


@given(
    user=NAMES,
    database=NAMES,
    host=st.sampled_from(["localhost", "db.example", "127.0.0.1", "::1", "2001:db8::7"]),
    port=st.integers(1, 65535),
    unix_socket=PATHS,
    ssl_ca=PATHS,
)
@example("a@b:c", "d/%?#&+ x", "::1", 3307, "/tmp/x y.sock", "/a&b=c.pem")
def test_an_address_is_read_as_what_it_was_made_from(
    user: str, database: str, host: str, port: int, unix_socket: str | None, ssl_ca: str | None
) -> None:
    target = TargetConfig(host, port, user, database, "s3cret", unix_socket, ssl_ca)
    assert "s3cret" not in target.address
    again = TargetConfig.from_url(target.address)
    assert again == TargetConfig(host, port, user, database, "", unix_socket, ssl_ca)
