"""Full-text engines. The database the portal runs on decides which one is used."""

from django.db import connection

from search.engines.base import Engine


def get_engine() -> Engine:
    if connection.vendor == "postgresql":
        from search.engines.postgresql import PostgreSQLEngine

        return PostgreSQLEngine()
    from search.engines.sqlite import SQLiteEngine

    return SQLiteEngine()
