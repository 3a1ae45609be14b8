from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count, Q
from django.db.models.functions import Lower


def refuse_shared_addresses(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Nobody but the operator knows which of two accounts an address belongs to."""
    people = apps.get_model("cms", "User").objects.exclude(email="").annotate(address=Lower("email")).order_by()
    shared = people.values("address").annotate(count=Count("pk")).filter(count__gt=1).values("address")
    names = sorted(people.filter(address__in=shared).values_list("username", flat=True))
    if names:
        raise RuntimeError(f"These accounts share an e-mail address, please change it first: {', '.join(names)}")


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("cms", "0003_image_decorative"),
    ]

    operations = [
        migrations.RunPython(refuse_shared_addresses, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="one_account_for_each_email",
                violation_error_message="Another account has this e-mail address.",
            ),
        ),
    ]
