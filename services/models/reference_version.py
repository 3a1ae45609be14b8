"""What a reference text said at each of its publications, and what the municipalities decided about each change."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.fragments import fragments
from services.text_modules import CODE_CHOICES, TEXT_MODULES


class ReferenceVersion(models.Model):
    """The text modules of a reference as they were published.

    Local texts name the version that they were written against, so that what the reference said then can be held
    against what it says now. Versions are never changed and go only with their service.
    """

    service = models.ForeignKey("services.ServicePage", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    # By code of the text module; only those that are not empty.
    texts = models.JSONField(default=dict)
    # Codes of the modules that differ from the version before.
    changed = models.JSONField(default=list)
    published_at = models.DateTimeField(_("published"), auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("version of a reference text")
        verbose_name_plural = _("versions of reference texts")
        ordering = ["service", "number"]
        constraints = [models.UniqueConstraint(fields=["service", "number"], name="one_version_for_each_number")]

    def __str__(self) -> str:
        return f"{self.service} ({self.number})"

    def text(self, code: str) -> str:
        return str(self.texts.get(code, ""))


def texts_of(page: Any) -> dict[str, str]:
    """The text modules of a reference by their codes, without the empty ones."""
    found = {module.code: getattr(page, module.field) or "" for module in TEXT_MODULES}
    return {code: text for code, text in found.items() if text.strip()}


def changed_codes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Codes of the modules that say something else now, in the order of the modules."""
    return [code for code, _label in CODE_CHOICES if fragments(before.get(code, "")) != fragments(after.get(code, ""))]
