"""Which opened form saved a version in the background."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision


class FormSave(models.Model):
    """A version that a form saved automatically. The same form may go on from it, all others have to look at it."""

    revision = models.OneToOneField(Revision, primary_key=True, on_delete=models.CASCADE, related_name="+")
    form_key = models.CharField(max_length=36)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("automatic save")

    def __str__(self) -> str:
        return self.form_key
