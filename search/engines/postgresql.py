"""Full text of PostgreSQL (tsvector with a GIN index)."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import QuerySet

from search.engines.base import WEIGHTS, EngineHit, IndexDocument
from search.models import SearchEntry

TABLE = "search_fts"
# No foreign key to the entries: Django does not know this table, and "flush" could not empty theirs.
CREATE = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (
    entry_id bigint PRIMARY KEY,
    words tsvector NOT NULL
);
CREATE INDEX IF NOT EXISTS {TABLE}_words ON {TABLE} USING gin (words);
"""
# ts_rank takes weights up to 1, in the order D, C, B, A: text, summary, synonyms, title.
_RANK_WEIGHTS = "{" + ", ".join(str(weight / WEIGHTS["title"]) for weight in reversed(WEIGHTS.values())) + "}"


class PostgreSQLEngine:
    def index(self, documents: Iterable[IndexDocument]) -> None:
        rows = [(doc.entry_id, doc.title, doc.synonyms, doc.summary, doc.text) for doc in documents]
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (entry_id, words) VALUES (%s, "
                "setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'B') || "
                "setweight(to_tsvector('simple', %s), 'C') || setweight(to_tsvector('simple', %s), 'D')) "
                "ON CONFLICT (entry_id) DO UPDATE SET words = excluded.words",
                rows,
            )

    def delete(self, entry_ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE entry_id = ANY(%s)", [list(entry_ids)])

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE}")

    def search(
        self, terms: Sequence[str], *, among: QuerySet[SearchEntry], match_all: bool, limit: int
    ) -> list[EngineHit]:
        # Terms hold only letters and digits after folding, so none of them can be read as an operator.
        expression = (" & " if match_all else " | ").join(f"{term}:*" for term in terms)
        allowed, params = among.values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT entry_id, ts_rank('{_RANK_WEIGHTS}', words, query) AS score "
                f"FROM {TABLE}, to_tsquery('simple', %s) query WHERE words @@ query "
                f"AND entry_id IN ({allowed}) ORDER BY score DESC, entry_id LIMIT %s",
                [expression, *params, limit],
            )
            return [EngineHit(*row) for row in cursor.fetchall()]
