"""Full text of SQLite (FTS5)."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import QuerySet

from search.engines.base import WEIGHTS, EngineHit, IndexDocument
from search.models import SearchEntry

TABLE = "search_fts"
CREATE = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5(
    title, synonyms, summary, text, tokenize = 'unicode61 remove_diacritics 2', prefix = '3 4 5'
)
"""


class SQLiteEngine:
    def index(self, documents: Iterable[IndexDocument]) -> None:
        rows = [(doc.entry_id, doc.title, doc.synonyms, doc.summary, doc.text) for doc in documents]
        self.delete([row[0] for row in rows])
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (rowid, title, synonyms, summary, text) VALUES (%s, %s, %s, %s, %s)", rows
            )

    def delete(self, entry_ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(entry_id,) for entry_id in entry_ids])

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE}")

    def search(
        self, terms: Sequence[str], *, among: QuerySet[SearchEntry], match_all: bool, limit: int
    ) -> list[EngineHit]:
        # Terms hold only letters and digits after folding; quoted, none of them can be read as an operator.
        expression = (" AND " if match_all else " OR ").join(f'"{term}"*' for term in terms)
        weights = ", ".join(str(weight) for weight in WEIGHTS.values())
        allowed, params = among.values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid, -bm25({TABLE}, {weights}) AS score FROM {TABLE} WHERE {TABLE} MATCH %s "
                f"AND rowid IN ({allowed}) ORDER BY score DESC, rowid LIMIT %s",
                [expression, *params, limit],
            )
            return [EngineHit(*row) for row in cursor.fetchall()]
