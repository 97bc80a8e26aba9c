"""What the record shop's application does: units of work over the Chinook tables."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random

from tests.support.sessions import Session

PRICES = (0.99, 1.99, 1.5, 2.0, 3.0, 0.1)
"""Whole prices too: NUMERIC stores 2.0 as the INTEGER 2, beside the REAL 1.99 in the same column."""
NAMES = (
    "Łódź",
    "Σίσυφος",
    "東京事変",
    "נינט",
    "🎸🎶",
    "Ünïcödé ",
    " \t",
    "a\0b",
    'O\'Neil \\ "q"',
    "%s ?",
    "",
)
PLACES = (("Oslo", None), ("São Paulo", "SP"), ("München", None), ("서울", "11"), ("Reykjavík", None))

Unit = Callable[[Session, Random], None]


def new_invoice(session: Session, random: Random) -> None:
    """An order with one to three lines; its total is computed in the database from what it read."""
    city, state = random.choice(PLACES)
    invoice = session.insert(
        "INSERT INTO Invoice (CustomerId, InvoiceDate, BillingAddress, BillingCity, BillingState,"
        " BillingCountry, BillingPostalCode, Total) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (random.randint(1, 59), _date(random), _text(random), city, state, "X", None, 0),
    )
    for _ in range(random.randint(1, 3)):
        session.execute(
            "INSERT INTO InvoiceLine (InvoiceId, TrackId, UnitPrice, Quantity) VALUES (?, ?, ?, ?)",
            (invoice, random.randint(1, 3503), random.choice(PRICES), random.randint(1, 4)),
        )
    lines = session.execute("SELECT UnitPrice, Quantity FROM InvoiceLine WHERE InvoiceId = ?", (invoice,))
    total = sum(_number(price) * _number(quantity) for price, quantity in lines)
    session.execute("UPDATE Invoice SET Total = ? WHERE InvoiceId = ?", (round(total, 2), invoice))


def cancel_invoice(session: Session, random: Random) -> None:
    """Delete an order of ours with its lines; freed keys at the end are given out again by SQLite."""
    newest = _number(session.execute("SELECT max(InvoiceId) FROM Invoice")[0][0])
    if newest <= 412:
        return
    invoice = max(413, int(newest) - random.choice((0, 0, 1, 5, 20)))
    session.execute("DELETE FROM InvoiceLine WHERE InvoiceId = ?", (invoice,))
    session.execute("DELETE FROM Invoice WHERE InvoiceId = ?", (invoice,))


def edit_customer(session: Session, random: Random) -> None:
    session.execute(
        "UPDATE Customer SET Company = ?, Phone = ?, State = NULL, SupportRepId = ? WHERE CustomerId = ?",
        (
            _text(random),
            f"+{random.randint(1, 10**9)}",
            random.choice((None, 3, 4, 5)),
            random.randint(1, 59),
        ),
    )


def reprice_album(session: Session, random: Random) -> None:
    """One statement, many rows."""
    session.execute(
        "UPDATE Track SET UnitPrice = ? WHERE AlbumId = ?", (random.choice(PRICES), random.randint(1, 347))
    )


def add_track(session: Session, random: Random) -> None:
    session.insert(
        "INSERT INTO Track (Name, AlbumId, MediaTypeId, GenreId, Composer, Milliseconds, Bytes, UnitPrice)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            _text(random) * random.randint(1, 8),
            random.choice((None, random.randint(1, 347))),
            random.randint(1, 5),
            random.choice((None, random.randint(1, 25))),
            random.choice((None, _text(random))),
            random.randint(0, 2**31 - 1),
            random.choice((None, random.randint(0, 2**62))),
            random.choice(PRICES),
        ),
    )


def drop_track(session: Session, random: Random) -> None:
    """Delete a track that nobody bought or listed."""
    newest = _number(session.execute("SELECT max(TrackId) FROM Track")[0][0])
    if newest > 3503:
        session.execute(
            "DELETE FROM Track WHERE TrackId = ?"
            " AND NOT EXISTS (SELECT 1 FROM InvoiceLine WHERE InvoiceLine.TrackId = Track.TrackId)"
            " AND NOT EXISTS (SELECT 1 FROM PlaylistTrack WHERE PlaylistTrack.TrackId = Track.TrackId)",
            (random.randint(3504, int(newest)),),
        )


def replace_genre(session: Session, random: Random) -> None:
    """REPLACE over a parent: SQLite deletes the row without its delete triggers, the children stay."""
    session.execute(
        "INSERT OR REPLACE INTO Genre (GenreId, Name) VALUES (?, ?)", (random.randint(1, 30), _text(random))
    )


def upsert_playlist(session: Session, random: Random) -> None:
    session.execute(
        "INSERT INTO Playlist (PlaylistId, Name) VALUES (?, ?)"
        " ON CONFLICT (PlaylistId) DO UPDATE SET Name = excluded.Name",
        (random.randint(1, 60), _text(random)),
    )


def list_track(session: Session, random: Random) -> None:
    session.execute(
        "INSERT OR IGNORE INTO PlaylistTrack (PlaylistId, TrackId) VALUES (?, ?)",
        (random.randint(1, 18), random.randint(1, 3503)),
    )


def move_in_playlist(session: Session, random: Random) -> None:
    """A change of a composite key, over whatever holds the new key."""
    session.execute(
        "UPDATE OR REPLACE PlaylistTrack SET TrackId = ? WHERE PlaylistId = ? AND TrackId = ?",
        (random.randint(1, 3503), random.randint(1, 18), random.randint(1, 3503)),
    )


def unlist_tracks(session: Session, random: Random) -> None:
    first = random.randint(1, 3500)
    session.execute(
        "DELETE FROM PlaylistTrack WHERE PlaylistId = ? AND TrackId BETWEEN ? AND ?",
        (random.randint(1, 18), first, first + 3),
    )


EVERYWHERE: tuple[Unit, ...] = (
    new_invoice,
    new_invoice,
    new_invoice,
    cancel_invoice,
    edit_customer,
    reprice_album,
    add_track,
    drop_track,
    unlist_tracks,
)
ONLY_SQLITE: tuple[Unit, ...] = (replace_genre, upsert_playlist, list_track, move_in_playlist)


def do_some_work(session: Session, random: Random) -> None:
    """One unit of work of the shop; the same random state gives the same unit."""
    units = EVERYWHERE + ONLY_SQLITE if session.name == "sqlite" else EVERYWHERE
    random.choice(units)(session, random)


def ask_shortly(session: Session, random: Random) -> None:
    session.execute(
        "SELECT t.Name, a.Title FROM Track t LEFT JOIN Album a ON a.AlbumId = t.AlbumId WHERE t.TrackId = ?",
        (random.randint(1, 3503),),
    )


def ask_at_length(session: Session, random: Random) -> None:
    """A report over two large tables."""
    session.execute(
        "SELECT t.GenreId, count(*), sum(l.UnitPrice * l.Quantity) FROM InvoiceLine l"
        " JOIN Track t ON t.TrackId = l.TrackId WHERE l.InvoiceLineId % 5 = ? GROUP BY t.GenreId",
        (random.randint(0, 4),),
    )


def _text(random: Random) -> str:
    return f"{random.choice(NAMES)}{random.randint(1, 999)}{random.choice(('', ' ', '🍣'))}"


def _date(random: Random) -> str:
    return f"2025-{random.randint(1, 12):02}-{random.randint(1, 28):02} {random.randint(0, 23):02}:00:00"


def _number(value: object) -> float:
    if isinstance(value, (int, float, Decimal)):
        return float(value)
    raise TypeError(f"not a number: {value!r}")
