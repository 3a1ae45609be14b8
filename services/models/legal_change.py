"""A law behind a service has changed: a hint for the municipalities that wrote something of their own about it."""

from typing import Any

from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable


class LegalChange(Orderable):
    """Belongs to the reference text and is given out with it, when it is published."""

    service = ParentalKey("services.ServicePage", on_delete=models.CASCADE, related_name="legal_changes")
    changed_on = models.DateField(_("in force from"))
    law = models.CharField(_("law"), max_length=160, help_text=_("As in “§ 5 PAuswG”."))
    note = models.TextField(_("what is different"), blank=True, max_length=500)
    source_url = models.URLField(
        _("web address of the source"), blank=True, max_length=500, validators=[URLValidator(schemes=["http", "https"])]
    )
    # When it was given out first: nobody can have answered what nobody had said yet.
    marked_at = models.DateTimeField(default=timezone.now, editable=False)

    panels = [
        FieldRowPanel([FieldPanel("changed_on"), FieldPanel("law")]),
        FieldPanel("note"),
        FieldPanel("source_url"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("change of the law")
        verbose_name_plural = _("changes of the law")

    def __str__(self) -> str:
        return f"{self.law}, {self.changed_on:%d.%m.%Y}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is None:
            # Within a draft it exists already; it gets its key with the publication.
            self.marked_at = timezone.now()
        super().save(*args, **kwargs)

    @property
    def is_in_force(self) -> bool:
        return self.changed_on <= timezone.localdate()
