"""German words are found however their umlauts are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import MAX_TERMS, index_text, query_terms


@pytest.mark.parametrize(
    "typed", ["Führerschein", "fuehrerschein", "fuhrerschein", "FÜHRERSCHEIN", "Fu\u0308hrerschein"]
)
def test_each_spelling_of_an_umlaut_meets_the_indexed_word(typed: str) -> None:
    assert query_terms(typed)[0] in index_text("Führerschein").split()


def test_sharp_s_and_accents() -> None:
    assert query_terms("Straße") == query_terms("STRASSE") == ["strasse"]
    assert query_terms("Café") == ["cafe"]


@given(st.text(max_size=400))
def test_terms_hold_nothing_an_engine_could_read_as_an_operator(query: str) -> None:
    terms = query_terms(query)
    assert len(terms) <= MAX_TERMS
    assert len(set(terms)) == len(terms)
    assert all(term.isascii() and term.isalnum() and term == term.lower() for term in terms)
