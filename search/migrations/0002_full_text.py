"""The full-text table beside the entries. Its kind depends on the database, so no model describes it."""

from django.db import migrations

TABLE = "search_fts"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        from search.engines.postgresql import CREATE
    else:
        from search.engines.sqlite import CREATE
    schema_editor.execute(CREATE)


def drop(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE IF EXISTS {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
