"""Terms of an index are cut from its text where no pragma gives them, whatever the text holds."""

from __future__ import annotations

import pytest

from zdcdc.translate.tokens import index_terms, tokens


@pytest.mark.parametrize(
    ("sql", "terms", "condition"),
    [
        ("CREATE INDEX i ON t(a)", ("a",), None),
        ("CREATE INDEX i ON t (a, b DESC, c asc)", ("a", "b", "c"), None),
        ("CREATE INDEX i ON t(lower(a), substr(b, 1, 2))", ("lower(a)", "substr(b, 1, 2)"), None),
        ("CREATE INDEX i ON t(a COLLATE NOCASE DESC)", ("a COLLATE NOCASE",), None),
        ("CREATE INDEX i ON t((a + (b * 2)) DESC)", ("(a + (b * 2))",), None),
        ("CREATE INDEX i ON t(a) WHERE b > 0;", ("a",), "b > 0"),
        (
            "CREATE INDEX i ON t(a)\nwhere\n b IN (1, 2) AND c = 'WHERE'",
            ("a",),
            "b IN (1, 2) AND c = 'WHERE'",
        ),
        ("CREATE INDEX i ON t(a || ',' || b)", ("a || ',' || b",), None),
        ("CREATE INDEX i ON t(a || ')' || 'it''s (')", ("a || ')' || 'it''s ('",), None),
        ('CREATE INDEX "i(" ON "t("("a,""b", `c)`, [d(])', ('"a,""b"', "`c)`", "[d(]"), None),
        ("CREATE INDEX i -- on (x)\n ON t(a /* , b) */, c -- )\n)", ("a", "c"), None),
        ("CREATE INDEX i ON t(a) /* WHERE x */", ("a",), None),
        ("CREATE INDEX i ON t(a) WHERE b -- why, because\n IS NOT NULL", ("a",), "b   IS NOT NULL"),
        ("CREATE INDEX i ON t(descending, ascii)", ("descending", "ascii"), None),
        ("CREATE INDEX ž ON tábor(větev)", ("větev",), None),
    ],
)
def test_terms_and_condition_are_cut_out(sql: str, terms: tuple[str, ...], condition: str | None) -> None:
    assert index_terms(sql) == (terms, condition)


def test_a_text_without_a_list_is_an_error() -> None:
    with pytest.raises(ValueError, match="no list of columns"):
        index_terms("CREATE INDEX i")


def test_a_comment_becomes_a_space_and_everything_else_stays() -> None:
    assert "".join(tokens("a--x\nb/*y*/c '--' \"/*\"")) == "a b c '--' \"/*\""


@pytest.mark.parametrize(
    ("term", "bare"),
    [
        ("(a)DESC", "(a)"),
        ("desc", "desc"),
        ('"a"asc', '"a"'),
        ("a || desc", "a || desc"),
        ("NOT desc", "NOT desc"),
    ],
)
def test_the_order_of_a_term_is_told_from_a_column_of_that_name(term: str, bare: str) -> None:
    assert index_terms(f"CREATE INDEX i ON t({term})") == ((bare,), None)
