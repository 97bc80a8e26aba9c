"""Expressions over the table of :mod:`tests.support.both_engines`, by what of the list they are about."""

from __future__ import annotations

NODE_CASES: dict[str, tuple[str, ...]] = {
    "column": (
        '"no such column"', "i", "x", '"i"', "[r]", "`x`", "t.i", "I", '"desc"', "desc",
    ),
    "literal": (
        "1", "-1", "0x1F", "9223372036854775807", "1.5", ".5", "5.", "1e3", "1E-2", "'a'", "'it''s'",
        "'\\'", "'é'", "'😀'", "'%s'", "''", "'a\nb'", "'tab\t'", "1.0", "100000000000000000000.0", "0.1",
    ),
    "hexstring": (
        "x''", "x'00ff'", "X'C3a9'", "x'5c27'",
    ),
    "null": (
        "NULL", "NULL IS NULL", "i = NULL", "NULL AND f", "NULL OR f",
    ),
    "boolean": (
        "TRUE", "FALSE", "f = TRUE", "f IS FALSE", "TRUE + i", "i = true",
    ),
    "paren": (
        "(i)", "((i + 1)) * 2", "(x)",
    ),
    "and": (
        "i AND j", "i > 0 AND j > 0", "r AND f", "i AND NULL", "x = 'a' AND i", "n AND d",
    ),
    "or": (
        "i OR j", "i > 0 OR j IS NULL", "r OR 0", "f OR NULL", "i OR j AND f", "(i OR j) AND f",
    ),
    "not": (
        "NOT i", "NOT i > 0", "NOT r", "NOT f = 1", "NOT NOT i", "i IS NOT NULL", "x NOTNULL",
        "NOT x IS NULL",
    ),
    "eq": (
        "i = j", "i == 7", "r = 1.5", "r = s", "n = 5", "n = 2.5", "n = r", "d = 9.99", "d = e", "d = 10",
        "x = y", "x = 'a'", "'a' = x", "x = 'A'", "x = 'a '", "x = 'é'", "x = 'É'", "'a' = 'A'", "b = c",
        "b = x'61'", "nc = 'a'", "nc = 'AB'", "nc = 'IT''S'", "nx = 'É\\X'", "'ab' = nc", "nc = x",
        "x = nc", "nx = 'é'", "nx = 'É'", "nx = nc", "nx = 'ÁB'", "rt = 'a'", "rt = 'a  '", "rt = ''",
        "x = rt", "rt = x", "(i = 1) = (j = 1)", "i = 1.0", "i = 0.5", "i = 9007199254740993.0",
        "day = '2024-02-29'", "at = bt", "at = '2024-02-29 00:00:00'", "at = '2024-02-29'",
        "az = '2024-02-29T00:00:00Z'", "day = at", "clock = '10:00:00'", "odd = 'word'", "odd = day",
        "x = 'a\nb'", "x COLLATE NOCASE = 'aa'", "x = 'AA' COLLATE NOCASE", "n = 0",
        "rt COLLATE BINARY = 'a'", "d = -0.5", "n = 0.1", "r = 0.1", "i = -7",
    ),
    "neq": (
        "i <> j", "i != 7", "x <> 'a'", "nc <> 'A'", "d <> 10", "r <> 1.5", "x <> ''", "b <> c",
    ),
    "lt": (
        "nc < 'IT''S'", "i < j", "r < s", "x < y", "x < 'a'", "nc < 'B'", "nx < 'b'", "rt < 'a '",
        "d < 9.99", "n < 2.5", "b < c", "i < 0.5", "i < -0.5", "r < 2", "day < '2024-03-01'", "at < bt",
        "at < '2024-02-29 00:00:00.000001'", "at < '2024-03'", "clock < '12:00:00'", "x < '😀'", "nc < x",
        "i < 1e17", "d < 0", "clock < 'x'",
    ),
    "lte": (
        "i <= j", "x <= 'a'", "x <= y", "nc <= 'Z'", "r <= 0.1", "d <= e", "at <= bt",
    ),
    "gt": (
        "i > j", "x > 'Z'", "x > y", "nc > '['", "nc > '_'", "r > 1e-300", "n > 0", "i > 1e17",
        "az > '2024-02-29T00:00:00Z'", "b > x''",
    ),
    "gte": (
        "i >= j", "x >= 'a'", "at >= '2024-02-29'", "d >= 9.99", "n >= -3", "f >= 0",
        "day >= '2024-02-29'",
    ),
    "is": (
        "i IS NULL", "x ISNULL", "b IS NULL", "mix IS NULL", "at IS NULL", "i IS TRUE", "r IS TRUE",
        "i IS FALSE", "n IS FALSE", "(i > 0) IS TRUE", "NULL IS TRUE",
    ),
    "nullsafeeq": (
        "x IS 'a'", "nc IS 'A'", "f IS 1", "d IS 10", "i IS j", "x IS y", "r IS 1.5", "b IS c",
    ),
    "nullsafeneq": (
        "i IS NOT j", "x IS NOT 'a'", "d IS NOT 10", "nc IS NOT 'A'", "b IS NOT x''",
    ),
    "between": (
        "i BETWEEN 0 AND 7", "i NOT BETWEEN 0 AND 7", "x BETWEEN 'a' AND 'b'", "r BETWEEN 0 AND 2",
        "i BETWEEN j AND 10", "nc BETWEEN 'A' AND 'a'", "d BETWEEN 0 AND 9.99", "i BETWEEN NULL AND 5",
        "day BETWEEN '2024-01-01' AND '2024-02-29'", "i BETWEEN 0.5 AND 7.5", "n BETWEEN 0 AND 5",
    ),
    "in": (
        "i IN (1, 7)", "i NOT IN (1, 7)", "i IN (1, NULL)", "x IN ('a', 'A')", "nc IN ('a', 'AB')",
        "i IN (j, 7)", "r IN (1.5, 3)", "d IN (9.99, 10, 0)", "(i = j) IN (0, 1)", "x IN (y, 'a')",
        "f IN (0, 1)", "f IN (TRUE, FALSE)", "i IN (1, 2.5, NULL)", "rt IN ('a', '')", "b IN (x'61', x'')",
        "at IN ('2024-02-29 00:00:00', '2024-02')", "x IN (nc)", "i IN (7)",
        "i IN (1, 9007199254740993.0)", "'a' IN ('A', 'b')",
    ),
    "add": (
        "i + j", "i + 1", "r + s", "r + 1", "i + r", "0.1 + 0.2", "i + NULL", "(i > 0) + (j > 0)", "f + f",
        "r + 0.1",
    ),
    "sub": (
        "i - j", "i - 1", "r - s", "i - -1", "r - 0.1", "1 - r", "i - j - 1", "i - (j - 1)",
    ),
    "mul": (
        "i * j", "i * 2", "r * s", "r * 2", "i * -1", "r * 0.1", "f * 100", "i * r",
    ),
    "div": (
        "i / j", "i / 2", "i / -2", "i / 0", "7 / j", "r / s", "r / 2", "1 / r", "i / r", "r / 0",
        "1.0 / 3", "r / i", "i / 1.0", "7 / 2", "-7 / 2",
    ),
    "mod": (
        "i % j", "i % 3", "i % -3", "i % 0", "-7 % 3", "i % 2 = 0", "7 % j",
    ),
    "bitwiseand": (
        "i & j", "i & 3", "i & -1", "(i & 4) <> 0", "i & 9223372036854775807",
    ),
    "bitwiseor": (
        "i | j", "i | 1", "i | -8",
    ),
    "bitwisenot": (
        "~i", "~0", "~i & 7", "~-1",
    ),
    "neg": (
        "-i", "-r", "-d", "-(i)", "- -1", "-5", "-1.5", "-(r + 1)", "-f",
    ),
    "dpipe": (
        "x || y", "x || 'z'", "'p' || x || 's'", "'id-' || i", "x || NULL", "x || nc", "i || ''", "i || j",
        "rt || '|'", "day || 'T'", "at || 'Z'", "clock || ''", "x || ' ' || y || ' ' || i",
        "x || (y || 'z') = 'aaz'", "'a' || 'b'", "az || ''", "nc || nx", "'a' || i = 'A7'", "f || ''",
    ),
    "collate": (
        "x COLLATE NOCASE = y", "x COLLATE RTRIM = y", "nc COLLATE BINARY = 'a'", "x = y COLLATE NOCASE",
        "x COLLATE NOCASE < y", "i COLLATE NOCASE = 1", "x COLLATE NOCASE IN ('AA', 'É')",
        "x COLLATE NOCASE BETWEEN 'A' AND 'b'", "nx COLLATE RTRIM = 'a'",
    ),
    "case": (
        "CASE WHEN i > 0 THEN 'pos' WHEN i < 0 THEN 'neg' END", "CASE i WHEN 1 THEN 'one' ELSE x END",
        "CASE x WHEN 'a' THEN 1 ELSE 0 END", "CASE WHEN f THEN i ELSE j END",
        "CASE WHEN i THEN r ELSE 0 END", "CASE WHEN i > 0 THEN d ELSE 0 END",
        "CASE nc WHEN 'A' THEN 1 END", "CASE WHEN i > 0 THEN NULL ELSE NULL END",
        "CASE WHEN i = 1 THEN d ELSE 0.5 END", "CASE NULL WHEN NULL THEN 1 ELSE 2 END",
        "CASE WHEN f THEN x END = 'A'", "CASE WHEN f THEN nc ELSE x END = 'a'",
        "CASE WHEN i IS NULL THEN at ELSE bt END", "CASE WHEN f THEN b ELSE c END",
        "CASE WHEN f THEN day ELSE 'never' END", "CASE WHEN f THEN 'a' ELSE 'b' END = 'A'",
    ),
    "cast": (
        "CAST(i AS INTEGER)", "CAST(i AS TEXT)", "CAST(i AS REAL)", "CAST(x AS TEXT)", "CAST(r AS REAL)",
        "CAST(at AS TEXT)", "CAST(i AS VARCHAR(20))", "CAST(nc AS TEXT) = 'A'", "CAST(i AS BIGINT) + 1",
        "CAST(f AS INT)", "CAST(NULL AS TEXT)",
    ),
    "like": (
        "x LIKE 'a%'", "x LIKE '%A%'", "x NOT LIKE 'a%'", "x LIKE '_'", "x LIKE 'é'", "x LIKE 'É%'",
        "x LIKE '%\\%'", "x LIKE ''", "x LIKE '%|%'", "x LIKE 'IT''S'", "nc LIKE 'a%'", "nx LIKE 'é%'",
        "rt LIKE 'a'", "x LIKE '%'", "x LIKE '%\n%'", "day LIKE '2024-%'", "at LIKE '%:00'",
        "az LIKE '%z'", "x LIKE '1__%'", "x LIKE '😀_'", "y LIKE 'B%'", "'abc' LIKE 'A%'", "x LIKE '%e'",
    ),
    "escape": (
        "x LIKE 'a\\_b' ESCAPE '\\'", "x LIKE '100!%' ESCAPE '!'", "x LIKE '%!%%' ESCAPE '!'",
        "x NOT LIKE 'A!_B' ESCAPE '!'", "x LIKE '!!%' ESCAPE '!'", "x LIKE '||' ESCAPE '|'",
        "x LIKE '%~a%' ESCAPE '~'",
    ),
    "glob": (
        "x GLOB 'a*'", "x GLOB 'A?c'", "x GLOB '*'", "x NOT GLOB '*b*'", "x GLOB '[A-Z]*'",
        "x GLOB '[0-9][0-9]'", "x NOT GLOB '*[^0-9]*'", "x GLOB '[A-Z][0-9]*'", "x GLOB '100%'",
        "x GLOB '*_*'", "nc GLOB 'a*'", "x GLOB ''", "x GLOB '*|*'", "x GLOB '[^a]*'", "x GLOB '*.[0-9]'",
        "x GLOB '[a-c]*'", "day GLOB '[0-9][0-9][0-9][0-9]-*'", "x GLOB '*[0-9.]'", "'a1' GLOB 'a[0-9]'",
        "x GLOB '(*[a]'",
    ),
    "anonymous": (
        "abs(i)", "LENGTH(x)", '"abs"(i)',
    ),
}  # fmt: skip
"""By the name of sqlglot's node (its key)."""

FUNCTION_CASES: dict[str, tuple[str, ...]] = {
    "abs": (
        "abs(i)", "abs(r)", "abs(n)", "abs(d)", "abs(-5)", "abs(NULL)", "abs(i) % 4 + 1", "abs(f)",
    ),
    "coalesce": (
        "coalesce(i, j, 0)", "coalesce(x, y, '')", "coalesce(r, 0)", "coalesce(d, 0)", "coalesce(NULL, x)",
        "coalesce(x, nc) = 'A'", "coalesce(n, 0.5)", "coalesce(at, bt)", "coalesce(d, 0.25)",
        "coalesce(b, c)", "coalesce(NULL, NULL)", "coalesce('a', 'b') = 'A'", "coalesce(d, 0) >= 10",
        "coalesce(i, 0) > j", "coalesce(f, 0)",
    ),
    "ifnull": (
        "ifnull(i, 0)", "ifnull(x, 'none')", "ifnull(nc, x) = 'A'", "ifnull(day, 'never')",
    ),
    "iif": (
        "iif(i > 0, x, y)", "iif(f, 1, 0)", "iif(i, 'a', NULL)", "iif(NULL, 1, 2)", "iif(r, i, j)",
        "iif(x = 'a', 1.5, 0)",
    ),
    "nullif": (
        "nullif(i, 0)", "nullif(x, '')", "nullif(nc, 'A')", "nullif(r, 0)", "nullif(d, 10)",
        "nullif(i, NULL)", "nullif(NULL, 1)", "nullif(x, y)", "nullif(at, bt)", "nullif(rt, 'a')",
    ),
    "length": (
        "length(x)", "length(y)", "length(b)", "length('é')", "length(at)", "length(x) > 2", "length(nc)",
        "length(x || y)", "length('a') - 2", "length(x) BETWEEN 1 AND 3", "length(NULL)", "length(rt)",
    ),
    "lower": (
        "lower(x)", "lower(nx)", "lower('ÀB')", "lower(x) = 'aa'", "lower(hex(b))", "lower(x || 'É')",
        "lower(az)", "lower(nc) = 'AB'",
    ),
    "upper": (
        "upper(x)", "upper(y)", "upper('straße')", "upper(nx) = 'AB'", "upper(trim(x))",
    ),
    "trim": (
        "trim(x)", "trim(x, 'a')", "trim(rt)", "trim(x, 'é')", "trim(x, '\\')", "trim('  a ')",
        "trim(x, ' ') = ''", "trim(nc, 'a')",
    ),
    "ltrim": (
        "ltrim(x)", "ltrim(x, 'a')", "ltrim(y, 'É')",
    ),
    "rtrim": (
        "rtrim(x)", "rtrim(x, 'x')", "rtrim(rt)", "rtrim(x, '%')",
    ),
    "substr": (
        "substr(x, 1, 1)", "substr(x, 2)", "substr(x, 1, 0)", "substr(x, 3, 10)", "substr(at, 1, 10)",
        "substr(x, 400)", "substr(x, 1, 3) = 'abc'", "substr(x, abs(i) % 4 + 1, 2)", "substr('é😀x', 2, 1)",
        "substr(day, 1, 4)", "substr(x, 1, length(y))", "substr(nc, 1, 1)",
    ),
    "substring": (
        "substring(x, 1, 2)", "substring(x, 2)",
    ),
    "instr": (
        "instr(x, 'b')", "instr(x, '')", "instr(nc, 'a')", "instr(nc, 'A')", "instr(x, 'é')",
        "instr(at, ':')", "instr('aA', 'A')", "instr(x, '@') > 1", "instr(x, 'A')",
    ),
    "replace": (
        "replace(x, 'a', 'b')", "replace(x, 'A', y)", "replace(nc, 'a', '-')", "replace(x, '\\', '/')",
        "replace(x, 'é', '')", "replace('aAa', 'a', 'x')", "replace(at, ' ', 'T')", "replace(nc, 'A', nx)",
    ),
    "min": (
        "min(i, j)", "min(r, s)", "min(x, y)", "min(i, j, 5)", "min(d, e)", "min('b', 'A')", "min(x, 'a')",
        "min(b, c)", "min(x, NULL)", "min(n, n)",
    ),
    "max": (
        "max(i, j)", "max(r, s)", "max(x, y)", "max(i, 0)", "max('a', 'B')", "max(day, at)", "max(f, 0)",
    ),
    "hex": (
        "hex(b)", "hex(c) = '61'", "hex(x'C3')", "hex(b) || ''",
    ),
    "typeof": (
        "typeof(i)", "typeof(x)", "typeof(r) = 'real'", "typeof(b)", "typeof(at)", "typeof(NULL)",
        "typeof(i) IN ('integer', 'null')", "typeof(f)", "typeof(x || 'a')", "typeof(i) = 'INTEGER'",
    ),
}  # fmt: skip

REFUSED: tuple[str, ...] = (
    "0xFFFFFFFFFFFFFFFF", "-0x8000000000000000", '"rowid" > 1', "_rowid_ = 1", "OID IS NULL",
    "CASE WHEN x COLLATE NOCASE = y THEN 'a' ELSE 'b' END < 'B'",
    "min(iif(x = 'a' COLLATE NOCASE, x, y), y)", "i / n", "n / 2", "d * 2", "d + e", "n + 1", "r % 2",
    "i < r", "i = n", "d = r", "x = 1", "i = '1'", "x + 1", "-x", "NOT x", "x AND 1", "b || 'a'",
    "r || ''", "d || ''", "i << 1", "i >> 1", "round(r)", "round(r, 2)", "json_valid(x)",
    "json_extract(x, '$')", "x -> '$.a'", "x ->> 'a'", "x REGEXP 'a'", "x MATCH 'a'", "x LIKE y",
    "x GLOB y", "x GLOB '[[:alpha:]]'", "x GLOB '[]a]'", "x GLOB '[z-a]'", "x GLOB '*[0-'",
    "x LIKE 'a!' ESCAPE '!'", "x LIKE 'ab' ESCAPE 'a'", "substr(x, -1)", "substr(x, 0)", "substr(x, i)",
    "substr(x, 1, -1)", "substr(x, 1, i)", "trim(x, 'ab')", "trim(x, '')", "trim(x, y)",
    "replace(x, '', 'a')", "replace(x, y, 'a')", "CAST(x AS INTEGER)", "CAST(r AS INTEGER)",
    "CAST(r AS TEXT)", "CAST(x AS BLOB)", "CAST(b AS TEXT)", "CAST(i AS NUMERIC)", "hex(x)", "quote(x)",
    "random()", "randomblob(4)", "typeof(n)", "typeof(mix)", "mix = 1", "length(i)", "length(r)",
    "date(day)", "date('now')", "strftime('%Y', at)", "CURRENT_TIMESTAMP", "CURRENT_DATE", "unixepoch()",
    "julianday(at)", "min(i)", "max(nc, 'a')", "min(i, r)", "coalesce(i, x)", "coalesce(i, r)",
    "CASE WHEN f THEN i ELSE x END", "iif(x, 1, 0)", "i IN (SELECT 1)", "EXISTS (SELECT 1)", "(SELECT 1)",
    "(i, j) = (1, 2)", "odd = x", "odd = '12'", "odd < '2024'", "odd = x || ''",
    "lower(x COLLATE NOCASE) = 'a'", "x COLLATE whatever = 'a'", "9223372036854775808",
    "r = 9007199254740993", "x = day", "day > '2024'", "instr(x, y)", "replace(x, y, 'a')",
    "-9223372036854775808", "1e999", "i = 1e19", "r = 9223372036854775807", "nosuch", "printf('%d', i)",
    "char(65)", "unicode(x)", "count(*)", "sum(i)", "total(i)", "row_number() OVER ()", "i = j IN (1)",
    "i = j LIKE x", "glob('a*', x)", "like('a%', x)", "abs(x)", "upper(i)",
    "i COLLATE NOCASE || x COLLATE NOCASE", "last_insert_rowid()", "changes()", "sqlite_version()",
    "if(i, 1, 2)", "nullif(i, x)", "instr(b, x'61')", "x IS NOT TRUE", "concat(x, y)",
)  # fmt: skip
"""What has no translation that means the same, or none that is worth its length."""
