"""Analysis of German text, the same for what is indexed and what is asked, on every engine."""

from municipalities.folding import fold, fold_bare

MAX_QUERY_LENGTH = 200
MAX_TERMS = 12


def index_text(text: str) -> str:
    """Words as they go into an index: folded, and a second time with bare umlauts where that differs."""
    folded, bare = fold(text), fold_bare(text)
    if folded == bare:
        return folded
    extra = [b for a, b in zip(folded.split(), bare.split(), strict=False) if a != b]
    return " ".join([folded, *extra])


def query_terms(query: str) -> list[str]:
    """The words of a query, folded, without repetition; at most :data:`MAX_TERMS` of them."""
    return list(dict.fromkeys(fold(query[:MAX_QUERY_LENGTH]).split()))[:MAX_TERMS]
