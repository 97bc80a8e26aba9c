"""Values of every storage class for hypothesis: usual ones, extremes, and what something may take for
something else."""

from __future__ import annotations

import math
from typing import TypeVar

from hypothesis import strategies as st

from tests.support.values import Value

T = TypeVar("T")
Strategy = st.SearchStrategy

INT64 = st.integers(-(2**63), 2**63 - 1)
ODD_INTEGERS = [
    -1, 0, 1, 2, 9, 2**31, 2**53, -(2**53), 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63), 10**8,
    10**10 - 1, 10**10, 10**18,
]  # fmt: skip
INTEGERS: Strategy[int] = st.one_of(st.integers(-3, 3), st.sampled_from(ODD_INTEGERS), INT64)

ODD_REALS = [
    0.0, 1.0, -1.0, 0.1 + 0.2, 1e15, 1e16, 1e22, 1e23, 1e-7, 5e-324, 1.7976931348623157e308, 2.0**53,
    2.0**53 + 2,
    2.0**63, -(2.0**63), 2.0**63 - 1024, 2.0**64, 9007199254740993.0, 123456789012345.67, 0.000001, 1e20,
    1.5e300,
]  # fmt: skip
MONEY: Strategy[float] = st.integers(-(10**9), 10**9).map(lambda cents: cents / 100)
FINITE: Strategy[float] = st.one_of(
    MONEY, st.sampled_from(ODD_REALS), st.floats(allow_nan=False, allow_infinity=False)
).filter(lambda value: value != 0 or math.copysign(1, value) > 0)
UNKEPT = [math.inf, -math.inf, -0.0]
"""What MySQL has no REAL for."""
REALS = st.one_of(FINITE, FINITE, FINITE, st.sampled_from(UNKEPT))

HOSTILE_TEXTS = [
    "", "\\N", "\\", "\\\\", "NULL", "null", "'", "''", '"', "`", "\t", "\n", "\r\n", "\0", "a\0b",
    "é\0ééé", "\x1a",
    "\\t", "\\0", "%s", "%d%%", "🐎", "𝄞é数", "e\u0301", "\u00e9", "\ufeff", "\uffff", "\U0010ffff", " ",
    "a ", "ž\\", "x'00'", "--", "/*", "\\'",
    "');DROP TABLE t;--", "\x7f", "\u2028", "ﬀ", "ß", "İ", "ı", "A", "a", "Ａ",
    "i:1", "t:", "b:00", "x:ff", "r:inf", "true", "a\0", "\0a", "a\u00ad", "\u200b",
]  # fmt: skip
LIKE_NUMBERS = [
    "0", "1", "-1", "00", "-", "+1", "1.0", "1.50", ".5", "5.", "1e5", "1e+16", "1e-07", "1E5", "-0",
    "-0.0", "0x10",
    "１", "١", "1_000", "1,5", " 1", "1 ", "1\n", "1\0", "1\0é", "inf", "nan", "9223372036854775808",
    "9007199254740993", "99999999999999999999999", "1e999", "--1", "1e", "e1", "1.", "0.1", "12e3", "1.2e5",
]  # fmt: skip
CHARACTERS = st.one_of(
    st.sampled_from("\0\t\n\r\\'\"`%;,N\x1a aA1"), st.characters(exclude_categories=["Cs"])
)
LONG = st.sampled_from([40, 254, 255, 256, 300, 511, 767, 768, 769, 1024, 1025, 3072, 3073, 20_000])
LONG_TEXTS: Strategy[str] = st.builds(
    lambda size, unit: (unit * size)[:size], LONG, st.sampled_from(["a", "é", "🐎x", "a\0"])
)
PRINTABLE: Strategy[str] = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
DOCUMENTS = [
    "{}", "[]", "1", '"a"', "null", '{"a": 1, "b": [1.5, null, true, "é\\u00e9"]}', '{"a":1,"a":2}',
    '{"b":1,"a":2}',
    "[1e400]", "[0.1]", "[1.0, 1]", "[12345678901234567890123]", "[18446744073709551615]",
    "[0.30000000000000004]",
    "[9007199254740993.0]", '["\\ud800"]', '["\\ud83d\\ude00"]', '["\\u0000"]', "[-0]", "[-0.0]",
    "[1e-400]", "[NaN]",
    '{"a":1}x', "\ufeff[]", " [ ] ", "[" * 100 + "]" * 100, "[" * 101 + "]" * 101, "{'a':1}", "[1,]", "",
    '["\t"]',
]  # fmt: skip

_DATES = [
    "2024-02-29", "2023-02-29", "2024-02-30", "1900-02-29", "2000-02-29", "0999-12-31", "1000-01-01",
    "9999-12-31",
    "0000-00-00", "0000-01-01", "10000-01-01", "2024-04-31", "2024-13-01", "2024-1-1", "2024-00-10",
    "2024-06-15",
    "1969-12-31", "2024-01-01", "20240101", "２０２４-01-01", "-2024-01-01",
]  # fmt: skip
_CLOCKS = [
    "00:00", "23:59", "24:00", "12:30:45", "23:59:59", "23:59:60", "24:00:00", "00:00:00", "1:02:03",
    "12:60:00",
    "10:00:00", "10:20",
]  # fmt: skip
_ENDS = [
    "", ".0", ".000000", ".5", ".500", ".500000", ".123456", ".1234567", ".123", ".000", ".000001", ".10",
    ".",
]  # fmt: skip
_ZONES = ["", "Z", "z", "+00:00", "+01:00", " UTC", " +0000 UTC", "-00:00", "+0000"]
MOMENTS: Strategy[str] = st.builds(
    lambda date, separator, clock, end, zone: f"{date}{separator}{clock}{end}{zone}",
    st.sampled_from(_DATES),
    st.sampled_from([" ", " ", "T", "t", "  ", ""]),
    st.sampled_from(_CLOCKS),
    st.sampled_from(_ENDS),
    st.sampled_from(_ZONES),
)
DATE_LIKE: Strategy[str] = st.one_of(
    MOMENTS,
    st.sampled_from(_DATES),
    st.builds(lambda clock, end: clock + end, st.sampled_from(_CLOCKS), st.sampled_from(_ENDS)),
    st.datetimes().map(str),
    st.dates().map(str),
    st.times().map(str),
)
"""Dates and times in many spellings, and what only looks like one."""

TEXTS: Strategy[str] = st.one_of(
    st.sampled_from(HOSTILE_TEXTS),
    st.text(CHARACTERS, max_size=12),
    st.sampled_from(LIKE_NUMBERS),
    DATE_LIKE,
    st.sampled_from(DOCUMENTS),
    LONG_TEXTS,
    PRINTABLE,
)
_RAW = [
    b"\xff", b"a\xfe", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\x80", b"1\0\xff", b"\xf8", b"2024-01-01\xff",
]  # fmt: skip
NOT_UTF8 = [raw.decode("utf-8", "surrogateescape") for raw in _RAW]
"""TEXT that is not UTF-8, its bytes as surrogate escapes."""
BROKEN: Strategy[str] = st.sampled_from(NOT_UTF8)
ODD_BLOBS = [b"", b"\0", b"\\N", b"\xff\xfe\xfd", b"\t\n\\", b"1", b"a", b"2024-01-01", b"[]", b"abcd"]
BLOBS: Strategy[bytes] = st.one_of(st.sampled_from(ODD_BLOBS), st.binary(max_size=12), LONG.map(bytes))
ODD_TEXTS = [
    *HOSTILE_TEXTS, *LIKE_NUMBERS, *DOCUMENTS, *_DATES, *_CLOCKS, "12:30:45.5", "12:30:45.500",
    "12:30:45.500000",
    "2024-02-29 00:00", "2023-02-29 00:00:00", "2024-01-01 10:00:00", "2024-01-01T10:00:00Z",
    "2024-01-01 10:00:00.000000", "2024-01-01 10:00:00.100000", "2024-01-01 10:00:00.100",
    "2024-01-01 10:00:00.1",
    "2024-01-01 24:00:00", "0999-01-01 10:00:00", "2024-01-01 10:00:00+00:00", "2024-01-01 10:00:00.5 UTC",
    "2024-01-01 10:00:00 +0000 UTC", "2024-01-01 10:00:00.5\n", "2024-01-01 10:00:00\0",
    "2024-01-01t10:00:00",
]  # fmt: skip
ODD_NUMBERS: list[Value] = [*ODD_INTEGERS, *ODD_REALS, *UNKEPT, 12.34, 0.05, 1e-10]
ODD: list[Value] = [*ODD_NUMBERS, *ODD_TEXTS, *NOT_UTF8, *ODD_BLOBS, None]
"""Every odd value there is: few enough to try them all."""
ANY: Strategy[Value] = st.one_of(INTEGERS, REALS, TEXTS, TEXTS, BROKEN, BLOBS)


def weighted(*choices: tuple[int, Strategy[T]]) -> Strategy[T]:
    """One of some strategies, each as often as its number says."""
    return st.one_of([strategy for times, strategy in choices for _ in range(times)])

