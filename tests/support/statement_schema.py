"""The schema for random statements: every kind of key, and triggers of the application's own.

Every column holds one storage class besides NULL. Sizes stay small on purpose: the fewer keys there are, the
more often statements meet each other's rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.support.values import Value

SCHEMA_SQL = """
-- several unique keys beside an INTEGER PRIMARY KEY
CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    code TEXT UNIQUE,
    alias TEXT COLLATE NOCASE,
    "rank" INTEGER,
    note TEXT
);
CREATE UNIQUE INDEX item_alias ON item (alias);
CREATE INDEX item_rank ON item ("rank");

-- a partial and an expression unique index
CREATE TABLE seat (
    id INTEGER PRIMARY KEY,
    place INTEGER,
    taken INTEGER NOT NULL DEFAULT 1,
    holder TEXT,
    weight REAL,
    photo BLOB
);
CREATE UNIQUE INDEX seat_place ON seat (place) WHERE taken = 1;
CREATE UNIQUE INDEX seat_holder ON seat (lower(holder));

-- a text key that ignores case, in a table with a hidden rowid
CREATE TABLE label (name TEXT PRIMARY KEY NOT NULL COLLATE NOCASE, colour TEXT NOT NULL, size REAL);

-- a text key that does not
CREATE TABLE tag (name TEXT PRIMARY KEY NOT NULL, weight INTEGER) WITHOUT ROWID;
CREATE TABLE tagged (
    id INTEGER PRIMARY KEY,
    tag TEXT REFERENCES tag (name) ON UPDATE CASCADE ON DELETE SET NULL,
    item INTEGER REFERENCES item (id) ON UPDATE CASCADE ON DELETE CASCADE
);

-- cascades over two levels, composite keys without rowid
CREATE TABLE part (
    item INTEGER NOT NULL REFERENCES item (id) ON UPDATE CASCADE ON DELETE CASCADE,
    kind TEXT NOT NULL,
    amount INTEGER,
    PRIMARY KEY (item, kind)
) WITHOUT ROWID;
CREATE TABLE detail (
    item INTEGER NOT NULL,
    kind TEXT NOT NULL,
    line INTEGER NOT NULL,
    remark TEXT,
    PRIMARY KEY (item, kind, line),
    FOREIGN KEY (item, kind) REFERENCES part (item, kind) ON UPDATE CASCADE ON DELETE CASCADE
) WITHOUT ROWID;

-- a composite key in a table with a hidden rowid, whose constraint replaces by itself
CREATE TABLE pair (
    first TEXT NOT NULL,
    second INTEGER NOT NULL,
    payload TEXT,
    PRIMARY KEY (first, second) ON CONFLICT REPLACE
);

-- a blob key
CREATE TABLE thing (digest BLOB PRIMARY KEY NOT NULL, name TEXT UNIQUE, size INTEGER) WITHOUT ROWID;

-- REPLACE puts the default where NULL meets NOT NULL, and only then looks for the key
CREATE TABLE counter (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'main' UNIQUE, value INTEGER);

-- generated columns with unique keys
CREATE TABLE folded (
    id INTEGER PRIMARY KEY,
    base INTEGER,
    title TEXT,
    slot INTEGER GENERATED ALWAYS AS (base % 17) STORED UNIQUE,
    heading TEXT GENERATED ALWAYS AS (upper(title)) VIRTUAL
);
CREATE UNIQUE INDEX folded_heading ON folded (heading);

-- no key at all
CREATE TABLE event (at INTEGER, what TEXT, size REAL);

CREATE TRIGGER item_ranked AFTER UPDATE OF "rank" ON item WHEN NEW."rank" > 90 BEGIN
    DELETE FROM counter WHERE value < 10;
    UPDATE item SET note = 'ranked ' || NEW."rank" WHERE id = NEW.id;
END;
CREATE TRIGGER seat_left AFTER DELETE ON seat BEGIN
    INSERT INTO event (at, what, size) VALUES (OLD.place, 'left', OLD.weight);
END;
CREATE TRIGGER thing_refused BEFORE INSERT ON thing WHEN NEW.size = 13 BEGIN
    SELECT RAISE(IGNORE);
END;
CREATE TRIGGER counter_moved BEFORE INSERT ON counter WHEN NEW.value % 7 = 0 BEGIN
    UPDATE counter SET name = 'moved' WHERE name = NEW.name;
END;
"""

LATE_TRIGGERS_SQL = """
CREATE TRIGGER item_stamped AFTER INSERT ON item BEGIN
    UPDATE item SET note = 'new ' || NEW.id WHERE id = NEW.id;
END;
CREATE TRIGGER part_raises BEFORE UPDATE OF amount ON part WHEN NEW.amount > 80 BEGIN
    UPDATE item SET "rank" = NEW.amount WHERE id = NEW.item;
END;
CREATE TRIGGER pair_spreads AFTER INSERT ON pair WHEN NEW.second % 5 = 0 BEGIN
    INSERT INTO pair (first, second, payload) VALUES (NEW.first, NEW.second + 1, 'spread');
END;
CREATE TRIGGER thing_returns AFTER DELETE ON thing WHEN OLD.size > 95 BEGIN
    INSERT OR REPLACE INTO thing (digest, name, size) VALUES (OLD.digest, OLD.name, 1);
END;
CREATE TRIGGER label_clears BEFORE INSERT ON label WHEN NEW.size > 900 BEGIN
    DELETE FROM tagged WHERE tag IS NULL;
END;
"""

Make = Callable[[Random], Value]

_WORDS = ("a", "b", "c", "d", "é", "É", "ß", "ж", "数", "🍣", "🍺", "n\0a", "n\0b")


def _number(low: int, high: int) -> Make:
    return lambda random: random.randint(low, high)


def _word(count: int) -> Make:
    """A word out of a few, in lower or upper case; some hold a NUL, some end in a space."""

    def make(random: Random) -> Value:
        word = f"{random.choice(_WORDS)}{random.randint(1, count)}{random.choice(('', '', '', ' '))}"
        return word.upper() if random.random() < 0.3 else word

    return make


def _kind(random: Random) -> Value:
    """Few enough that rows of `detail` and `tagged` find their parents."""
    return random.choice(("p", "P", "p ", "数"))


def _real(random: Random) -> Value:
    return random.choice((random.uniform(-1000, 1000), float(random.randint(1, 9)), 0.1 + 0.2, 1e300, 5e-324))


def _blob(random: Random) -> Value:
    return bytes((random.randint(0, 255) & 0b1010_0001, random.choice((0, 255))))


def _text(random: Random) -> Value:
    return random.choice(
        ("", "plain", "trailing ", "naïve 🎈", "nul\0inside", "back\\slash '\"%_")
    ) * random.randint(1, 3)


def _or_null(make: Make) -> Make:
    return lambda random: None if random.random() < 0.15 else make(random)


@dataclass(frozen=True)
class Shape:
    """A table as the statements see it: how to make a value of each column, and which columns are its key."""

    table: str
    key: tuple[str, ...]
    makers: dict[str, Make]

    def row(self, random: Random, columns: tuple[str, ...]) -> tuple[Value, ...]:
        return tuple(self.makers[column](random) for column in columns)


_ID = _or_null(_number(1, 30))

SHAPES: tuple[Shape, ...] = (
    Shape(
        "item",
        ("id",),
        {
            "id": _ID,
            "code": _or_null(_word(3)),
            "alias": _or_null(_word(3)),
            '"rank"': _number(0, 99),
            "note": _or_null(_text),
        },
    ),
    Shape(
        "seat",
        ("id",),
        {
            "id": _ID,
            "place": _or_null(_number(1, 25)),
            "taken": _or_null(_number(0, 1)),
            "holder": _or_null(_word(3)),
            "weight": _or_null(_real),
            "photo": _or_null(_blob),
        },
    ),
    Shape("label", ("name",), {"name": _word(2), "colour": _text, "size": _or_null(_real)}),
    Shape("tag", ("name",), {"name": _kind, "weight": _or_null(_number(0, 99))}),
    Shape("tagged", ("id",), {"id": _ID, "tag": _or_null(_kind), "item": _or_null(_number(1, 30))}),
    Shape("part", ("item", "kind"), {"item": _number(1, 30), "kind": _kind, "amount": _number(0, 99)}),
    Shape(
        "detail",
        ("item", "kind", "line"),
        {"item": _number(1, 30), "kind": _kind, "line": _number(1, 4), "remark": _or_null(_text)},
    ),
    Shape(
        "pair", ("first", "second"), {"first": _word(1), "second": _number(1, 9), "payload": _or_null(_text)}
    ),
    Shape("thing", ("digest",), {"digest": _blob, "name": _or_null(_word(2)), "size": _number(0, 99)}),
    Shape("counter", ("id",), {"id": _ID, "name": _or_null(_word(2)), "value": _number(0, 99)}),
    Shape("folded", ("id",), {"id": _ID, "base": _or_null(_number(0, 60)), "title": _or_null(_word(3))}),
    Shape(
        "event",
        ("rowid",),
        {"rowid": _ID, "at": _or_null(_number(0, 99)), "what": _text, "size": _or_null(_real)},
    ),
)
