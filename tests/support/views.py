"""Views over the table of :mod:`tests.support.both_engines` and a second one, that can be made or not."""

from __future__ import annotations

from zdcdc.schema import Affinity
from zdcdc.translate.operands import Kind, Operand

SECOND = """
CREATE TABLE u (id INTEGER PRIMARY KEY, i INTEGER, label TEXT NOT NULL, amount REAL);
INSERT INTO u VALUES
  (1, 1, 'one', 1.5), (2, 2, 'two', NULL), (3, 2, 'Zwei', 2.5), (4, NULL, 'none', 0.5), (5, 7, 'é', 7);
"""

U_COLUMNS = {
    "id": Operand("`id`", Kind.INTEGER, Affinity.INTEGER),
    "i": Operand("`i`", Kind.INTEGER, Affinity.INTEGER),
    "label": Operand("`label`", Kind.TEXT, Affinity.TEXT),
    "amount": Operand("`amount`", Kind.REAL, Affinity.REAL),
}

VIEWS = (
    "SELECT * FROM u",
    "SELECT u.* FROM u",
    "SELECT id, label FROM u WHERE i > 1",
    "SELECT id AS number, label AS \"the 'label'\", upper(label) FROM u",
    "SELECT i, x, r, d, b, at, day, nc FROM t",
    "SELECT t.i, u.label FROM t JOIN u ON u.i = t.i",
    "SELECT t.i, u.label FROM t LEFT JOIN u ON u.i = t.i AND u.id > 2",
    "SELECT t.i, u.label FROM t, u WHERE t.i = u.i",
    "SELECT a.id, b.id AS other FROM u a CROSS JOIN u AS b WHERE a.id < b.id",
    "SELECT a.id, b.label, c.label AS third FROM u a, u b LEFT JOIN u c ON c.id = b.id + 1 WHERE b.id = a.i",
    "SELECT a.id FROM u a JOIN u b LEFT OUTER JOIN u c ON c.i = a.i AND c.id <> a.id WHERE c.id IS NULL",
    "SELECT count(*) AS n FROM t",
    "SELECT count(*), count(x), count(DISTINCT x), count(DISTINCT i), count(mix) FROM t",
    "SELECT sum(f), avg(f), min(i), max(i), min(r), max(r), min(x), max(x) FROM t",
    "SELECT sum(id), avg(id), min(label), max(label), sum(i), avg(i) FROM u",
    "SELECT sum(id) AS total FROM u WHERE id > 100",
    "SELECT avg(id) AS mean, count(*) FROM u WHERE id > 100",
    "SELECT min(at), max(at), min(day), max(az), max(clock), min(d), max(n), min(b) FROM t",
    "SELECT f, count(*) AS n, sum(j % 100) AS s FROM t GROUP BY f ORDER BY f",
    "SELECT x, count(*) AS n FROM t GROUP BY x ORDER BY n DESC, x",
    "SELECT x, f, count(*) FROM t GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT substr(x, 1, 1) AS letter, count(*) AS n FROM t GROUP BY letter ORDER BY letter",
    "SELECT u.label, count(t.i) AS n FROM u LEFT JOIN t ON t.i = u.i GROUP BY u.id, u.label "
    "ORDER BY n DESC, u.label",
    "SELECT f, count(*) AS many FROM t GROUP BY f HAVING many > 2",
    "SELECT f, max(i) - min(i) AS span FROM t WHERE i BETWEEN -10 AND 10 GROUP BY f HAVING count(*) > 1",
    "SELECT at, count(*) AS n FROM t GROUP BY at ORDER BY at",
    "SELECT az, count(*) AS n FROM t GROUP BY az ORDER BY az",
    "SELECT DISTINCT i, f FROM t",
    "SELECT DISTINCT x FROM t ORDER BY x",
    "SELECT DISTINCT lower(x) AS low FROM t ORDER BY low",
    "SELECT i, nc, j FROM t WHERE nc = 'AB' ORDER BY nc DESC, i, nc COLLATE BINARY, j",
    "SELECT nx, rt FROM t ORDER BY nx, rt, nx COLLATE BINARY, rt COLLATE BINARY",
    "SELECT x, i FROM t ORDER BY x COLLATE NOCASE, i DESC, x, j",
    "SELECT id, label FROM u ORDER BY id LIMIT 2",
    "SELECT id, label FROM u ORDER BY id DESC LIMIT 2 OFFSET 1",
    "SELECT id, i + 1 AS next FROM u WHERE next > 2 ORDER BY next * 2, id",
    "SELECT id, CASE WHEN amount > 1 THEN 'much' ELSE 'little' END AS size FROM u ORDER BY size, id",
    "SELECT i AS id, id AS i FROM u ORDER BY i",
    "SELECT 1 AS one, 'a' AS letter, NULL AS missing, x'00' AS bytes, 1.5 AS real",
    "SELECT id, amount * 2 AS double, amount / 2 AS half, id / 2 AS floor FROM u",
    "SELECT label || ' (' || id || ')' AS shown FROM u WHERE label LIKE 'Z%' OR label IN ('one', 'ONE')",
    "SELECT count(*) AS n, i FROM u GROUP BY i ORDER BY count(*) DESC, i",
    "SELECT coalesce(i, 0) AS i0, count(*) AS n FROM u GROUP BY coalesce(i, 0)",
    'SELECT "label", [id], `i` FROM "u" WHERE label <> "no such column"',
    "SELECT u.id FROM main.u",
    "SELECT id FROM u WHERE i = (2) -- a comment\n /* and one more */ ORDER BY id",
    "SELECT all_of.id FROM u AS all_of WHERE all_of.label = 'two'",
)

CHAINED = (
    "CREATE VIEW second AS SELECT low, n * 2 AS twice FROM first WHERE low <> 'ONE'",
    'CREATE VIEW "first" (low, "n") AS SELECT lower(label), count(*) FROM u GROUP BY lower(label)',
)
"""The first one reads the second one."""

REFUSED = (
    "SELECT id FROM u UNION SELECT i FROM u",
    "WITH w AS (SELECT 1 AS a) SELECT a FROM w",
    "SELECT id FROM (SELECT id FROM u)",
    "SELECT id FROM u WHERE id IN (SELECT i FROM u)",
    "SELECT (SELECT max(id) FROM u) AS m",
    "SELECT id FROM u WHERE EXISTS (SELECT 1)",
    "SELECT row_number() OVER (ORDER BY id) AS n FROM u",
    "SELECT sum(amount) AS s FROM u",
    "SELECT avg(amount) AS s FROM u",
    "SELECT total(id) AS s FROM u",
    "SELECT group_concat(label) AS s FROM u",
    "SELECT sum(d) AS s FROM t",
    "SELECT label, count(*) AS n FROM u",
    "SELECT label, count(*) AS n FROM u GROUP BY i",
    "SELECT i, label FROM u GROUP BY i",
    "SELECT nc, count(*) AS n FROM t GROUP BY nc",
    "SELECT DISTINCT nc FROM t",
    "SELECT count(DISTINCT nx) AS n FROM t",
    "SELECT max(nc) AS n FROM t",
    "SELECT id FROM u LIMIT 2",
    "SELECT id FROM u ORDER BY id LIMIT 1 + 1",
    "SELECT id FROM u ORDER BY id NULLS LAST",
    "SELECT DISTINCT label FROM u ORDER BY id",
    "SELECT id FROM u ORDER BY 'a'",
    "SELECT * FROM u NATURAL JOIN t",
    "SELECT u.id FROM u JOIN t USING (i)",
    "SELECT sum(id) FILTER (WHERE i > 1) AS s FROM u",
    "SELECT mix FROM t ORDER BY mix",
    "SELECT DISTINCT mix FROM t",
    "SELECT date('now') AS today",
    "SELECT rowid FROM t",
    "SELECT j.value FROM json_each('[1]') AS j",
    "SELECT max(count(*)) AS m FROM u GROUP BY i",
    "SELECT id FROM u WHERE count(*) > 1",
    'SELECT id AS "x " FROM u',
    'SELECT id AS "" FROM u',
    "SELECT id FROM gone",
    "VALUES (1, 2)",
    "SELECT random() AS r",
    "SELECT i FROM u GROUP BY i HAVING id > 1",
)
