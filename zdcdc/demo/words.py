"""Text of the shop in many scripts: what a careless migration garbles first."""

from __future__ import annotations

from typing import Final

PHRASES: Final[tuple[str, ...]] = (
    "plain text",
    "Zoë Ångström naïve façade",
    "Straße, Größe, Übergrößenträger",
    "Łódź żółć gęślą jaźń",
    "Příliš žluťoučký kůň",
    "İstanbul'da ılık çay",
    "Αθήνα, ένα φλιτζάνι καφές",
    "Съешь ещё этих мягких булок",
    "Їжак, ґанок, єдність",
    "שלום עולם",
    "مرحبا بالعالم ١٢٣",
    "नमस्ते दुनिया",
    "বাংলা লেখা",
    "வணக்கம் உலகம்",
    "ສະບາຍດີ",
    "สวัสดีชาวโลก",
    "გამარჯობა",
    "Բարեւ աշխարհ",
    "ሰላም ልዑል",
    "你好,世界",
    "繁體中文與標點「」",
    "こんにちは世界、カタカナ",
    "안녕하세요 세계",
    "𠜎𠜱𠝹 beyond the basic plane",
    "🍣🍺 sushi and beer",
    "👩‍👩‍👧‍👦 a family of joiners",
    "🏳️‍🌈🇯🇵 flags",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝓜𝓪𝓽𝓱",
    "e\u0301 is not \u00e9",
    "trailing space ",
    "trailing spaces   ",
    " leading space",
    "tab\tand\nline\r\nends",
    'it\'s "quoted" and `ticked`',
    "back\\slash \\n \\0 \\N",
    "percent %s %d %% {braces}",
    "NULL",
    "\\N",
    "0123",
    "1e5",
    "2024-02-29",
    "-- comment; DROP TABLE nothing",
    "zero\u200bwidth\u00a0and\u2028separators",
    "\ufeffbyte order mark",
    "bell \x07 and escape \x1b",
    "ß ẞ ss SS",
    "ﬁ ligature, Ⅷ roman",
    "",
)
"""Phrase number ``k`` of the shop is ``PHRASES[k % len(PHRASES)]``; the last one is the empty text."""

WAREHOUSES: Final[tuple[str, ...]] = ("Αθήνα and surroundings", "東京📦", "depot", "depot ", "DEPOT")
"""Parts of a key; the last three differ by case or by a trailing space only."""


def phrase(k: int) -> str:
    """Phrase number ``k``, counted round and round."""
    return PHRASES[k % len(PHRASES)]
