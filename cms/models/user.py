from django.contrib.auth.models import AbstractUser
from django.db.models import Q, UniqueConstraint
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An editor. Citizens have no accounts; the model is our own so that it can grow without a painful migration.

    People are invited by their e-mail address, so that no two accounts have the same one.
    """

    class Meta(AbstractUser.Meta):  # type: ignore[name-defined,misc]
        constraints = [
            UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="one_account_for_each_email",
                violation_error_message=_("Another account has this e-mail address."),
            )
        ]
