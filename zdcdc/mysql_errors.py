"""What the servers' error numbers mean: code, whether the same work may succeed later, and what to do. Pure.

Numbers are those of MySQL 8.0 to 9 and MariaDB 10.6 to 11 (their error message files), and of the client's
library (2000 to 2999). From 1900 on the two servers give their own numbers; none that is listed here means
something on the other one that a statement of ours could cause. Texts are never looked at: servers translate
them (``lc_messages``).
"""

from __future__ import annotations

from dataclasses import dataclass

from zdcdc.errors import Code, TargetBusyError, TargetError, TargetUnavailableError


@dataclass(frozen=True, slots=True)
class Meaning:
    """One class of errors. ``kind`` decides whether the work is tried again: TargetUnavailableError is."""

    kind: type[TargetError]
    code: Code
    hint: str


LOST = Meaning(
    TargetUnavailableError,
    Code.CONNECTION,
    "check that the server runs and can be reached, then run it again",
)
CROWDED = Meaning(
    TargetBusyError,
    Code.CONNECTION,
    "zdcdc needs up to 3 connections at a time: end others, or raise max_connections or the limits of the "
    "account (ALTER USER … WITH MAX_USER_CONNECTIONS 0), then run it again",
)
LOCKED = Meaning(
    TargetUnavailableError,
    Code.LOCKED,
    "another session holds locks on the target (SHOW FULL PROCESSLIST): end it, then run it again",
)
STOPPED = Meaning(
    TargetUnavailableError,
    Code.TIME,
    "the server ended a statement: find out who or what did (KILL QUERY, a time limit), then run it again",
)
READ_ONLY = Meaning(
    TargetUnavailableError,
    Code.PRIVILEGES,
    "the server takes no writes: name the one that does, or SET GLOBAL read_only = 0; then run it again",
)
MEMORY = Meaning(
    TargetUnavailableError,
    Code.MEMORY,
    "the server is out of memory: give it more, or use a smaller --batch-size, then run it again",
)
LOGIN = Meaning(
    TargetError,
    Code.PRIVILEGES,
    "correct the user or the password (--mysql-password-file, ZDCDC_MYSQL_PASSWORD); an account that has to "
    "use TLS is refused this way, too (ssl_ca in the URL)",
)
EXPIRED = Meaning(
    TargetError, Code.PRIVILEGES, "give the account a new password: ALTER USER … IDENTIFIED BY …"
)
ACCOUNT_LOCKED = Meaning(TargetError, Code.PRIVILEGES, "unlock the account: ALTER USER … ACCOUNT UNLOCK")
HOST_REFUSED = Meaning(
    TargetError, Code.PRIVILEGES, "the server has no account for this host: CREATE USER 'user'@'host' …"
)
HOST_BLOCKED = Meaning(
    TargetError,
    Code.CONNECTION,
    "have the server forget what failed from this host: TRUNCATE TABLE performance_schema.host_cache "
    "(MariaDB: FLUSH HOSTS)",
)
PLUGIN = Meaning(
    TargetError,
    Code.CONNECTION,
    "the server and this client share no way to log in: give the account another one "
    "(ALTER USER … IDENTIFIED WITH caching_sha2_password BY …), or use TLS (ssl_ca in the URL)",
)
HANDSHAKE = Meaning(TargetUnavailableError, Code.CONNECTION, PLUGIN.hint)
TLS = Meaning(
    TargetError, Code.CONNECTION, "the server wants encrypted connections: give ssl_ca=FILE in the URL"
)
NO_ACCESS = Meaning(
    TargetError,
    Code.PRIVILEGES,
    "does the database exist? If it does, the account has no privileges on it: "
    "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, INDEX, ALTER, REFERENCES, CREATE VIEW ON "
    "`database`.* TO …",
)
DENIED = Meaning(
    TargetError, Code.PRIVILEGES, "zdcdc check names what is missing and prints the GRANT; then run it again"
)
NO_DATABASE = Meaning(TargetError, Code.CONNECTION, "create the database, or correct its name")
DISK = Meaning(TargetError, Code.DISK, "free space on the server, then run it again")
STORAGE = Meaning(
    TargetError,
    Code.DISK,
    "the server could not store it: is one of its disks full? Its error log says why; then run it again",
)
BINLOG_CACHE = Meaning(
    TargetError, Code.DISK, "SET GLOBAL max_binlog_cache_size to its default, then run it again"
)
PACKET = Meaning(
    TargetError, Code.CONFIGURATION, "SET GLOBAL max_allowed_packet to more than it was, then run it again"
)
CHANGED = Meaning(
    TargetError,
    Code.DRIFT,
    "was a table changed in the target? DROP it there, then zdcdc snapshot makes it and copies it again",
)
VALUE = Meaning(
    TargetError,
    Code.DATA,
    "was a table or a row changed in the target? DROP the table there, then zdcdc snapshot copies it again",
)
CHECK = Meaning(
    TargetError,
    Code.DATA,
    "a row breaks a CHECK that SQLite was told to ignore (PRAGMA ignore_check_constraints): correct the row "
    "there, then run it again",
)
STATEMENT = Meaning(TargetError, Code.STATEMENT, "run it again with -v, and report what it prints")
"""Everything that is not listed."""

NUMBERS: tuple[tuple[Meaning, tuple[int, ...]], ...] = (
    (
        LOST,
        (
            0,  # PyMySQL: the connection is closed
            1042,  # the server cannot look up this host
            1047,  # Galera: the node is not ready
            1053,  # shutdown in progress
            1077,
            1079,
            1080,  # shut down, closed by it
            1152,
            1184,  # aborted connection
            1154,
            1155,
            1156,
            1157,
            1158,
            1159,
            1160,
            1161,  # packets out of order, not unpacked, not read, not written
            1189,
            1835,  # a malformed packet
            1927,  # MariaDB: the connection was killed
            2002,
            2003,
            2005,  # no connection: socket, address, name
            2006,
            2012,
            2013,
            2014,
            2027,
            2055,  # lost, out of step, or garbage
            3032,  # MySQL: offline mode
            3168,
            3169,  # MySQL: the session was killed
            4031,  # MySQL: ended because it was idle
        ),
    ),
    (CROWDED, (1040, 1135, 1203, 1226, 1637)),
    (
        LOCKED,
        (
            1020,  # MariaDB with innodb_snapshot_isolation: changed since the snapshot
            1205,
            1213,
            1412,  # the definition changed under the transaction
            1613,
            1614,
            1689,
            3101,  # MySQL group replication: rolled back by a conflict with another node
            3572,
        ),
    ),
    (STOPPED, (1317, 1969, 3024)),
    (READ_ONLY, (1036, 1290, 1792, 1836, 1874, 1881, 3989)),
    (MEMORY, (1037, 1038, 1041, 1206, 3985)),
    (LOGIN, (1045, 1698)),
    (EXPIRED, (1820, 1862)),
    (ACCOUNT_LOCKED, (3118, 3955, 4150, 4151)),
    (HOST_REFUSED, (1130,)),
    (HOST_BLOCKED, (1129,)),
    (HANDSHAKE, (1043,)),
    (PLUGIN, (1251, 1275, 1524, 2049, 2054, 2059, 2061)),
    (TLS, (2026, 3159)),
    (NO_ACCESS, (1044,)),
    (
        DENIED,
        (
            1142,
            1143,
            1227,
            1370,
            1419,  # CREATE TRIGGER without SUPER while the binlog is on
            3879,
        ),
    ),
    (NO_DATABASE, (1046, 1049)),
    (DISK, (1021, 1026, 1114, 1878, 3675)),
    # The system's own error number is in the text only; MariaDB answers 1005 where its tablespace is full.
    (STORAGE, (1004, 1005, 1030, 1180)),
    (BINLOG_CACHE, (1197, 1705)),
    (PACKET, (1153, 2020)),
    (
        CHANGED,
        (
            1050,
            1051,
            1054,
            1091,
            1100,
            1136,
            1146,
            1364,
            1823,
            1826,  # the name of a foreign key is taken: by a table that was renamed
            1932,  # MariaDB: in the dictionary, not in the engine
        ),
    ),
    (VALUE, (1048, 1062, 1264, 1265, 1292, 1300, 1366, 1406, 1451, 1452, 1526, 1690)),
    (CHECK, (3819, 4025)),
)

_MEANINGS = {number: meaning for meaning, numbers in NUMBERS for number in numbers}


def meaning_of(number: int) -> Meaning:
    """What error ``number`` of a server or of the client's library means."""
    return _MEANINGS.get(number, STATEMENT)
