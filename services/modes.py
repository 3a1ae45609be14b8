"""How what a municipality wrote relates to the reference: beside it, or instead of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LocalState(models.TextChoices):
    """Whether and how a municipality offers a service."""

    OFFERED = "offered", _("offered")
    IN_PERSON = "in_person", _("offered, in person only")
    ONLINE_ONLY = "online_only", _("offered, online only")
    COVERED_BY = "covered_by", _("covered by another service")
    NOT_OFFERED = "not_offered", _("not offered")


# Who comes with such a matter is sent elsewhere.
ELSEWHERE = (LocalState.COVERED_BY, LocalState.NOT_OFFERED)


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
