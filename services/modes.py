"""How what a municipality wrote relates to the reference: beside it, or instead of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ModuleMode(models.TextChoices):
    """Of one local part of a text module."""

    BEFORE = "before", _("before the reference text")
    AFTER = "after", _("after the reference text")
    REPLACE = "replace", _("instead of the reference text")


class StructuredMode(models.TextChoices):
    """Of a list of facts, such as costs or documents."""

    INHERIT = "inherit", _("as in the reference")
    ADD = "add", _("in addition to the reference")
    REPLACE = "replace", _("instead of the reference")
