"""What a reference text said at each of its publications, and what the municipalities made of each change."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.inheritance.fragments import fragments
from services.languages import GERMAN, languages
from services.text_modules import CODE_CHOICES, as_rich_text


class ReferenceVersionQuerySet(models.QuerySet["ReferenceVersion"]):
    def newest(self) -> "ReferenceVersionQuerySet":
        """The last of each reference in each language."""
        later = ReferenceVersion.objects.filter(
            service=models.OuterRef("service"),
            language=models.OuterRef("language"),
            number__gt=models.OuterRef("number"),
        )
        return self.filter(~models.Exists(later))


class ReferenceVersion(models.Model):
    """The text modules of a reference in one language as they were published.

    Local texts name the version that they were written against, so that what the reference said then can be held
    against what it says now. The texts of a version never change, and go only with their service.
    """

    service = models.ForeignKey("services.ServicePage", on_delete=models.CASCADE, related_name="versions")
    language = models.CharField(_("language"), max_length=12, default=GERMAN)
    number = models.PositiveIntegerField(_("version"))
    # By code of the text module; only those that are not empty.
    texts = models.JSONField(default=dict)
    # Codes of the modules that differ from the version before.
    changed = models.JSONField(default=list)
    # Of translations: by code, the number of the German version that the translation says the same as.
    made_from = models.JSONField(default=dict)
    note = models.TextField(
        _("what has changed"), blank=True, max_length=1000, help_text=_("A few words for the municipalities.")
    )
    is_binding = models.BooleanField(
        _("binding"),
        default=False,
        help_text=_(
            "The law has changed: on the day below the shared text takes the place of texts that stand instead of it. "
            "What stands before or after it stays."
        ),
    )
    legal_basis = models.CharField(_("legal basis"), max_length=250, blank=True)
    effective_on = models.DateField(_("holds from"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = models.Manager.from_queryset(ReferenceVersionQuerySet)()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("version of a reference text")
        verbose_name_plural = _("versions of reference texts")
        ordering = ["service", "language", "number"]
        constraints = [
            models.UniqueConstraint(fields=["service", "language", "number"], name="one_version_for_each_number"),
            models.CheckConstraint(
                condition=models.Q(is_binding=False) | models.Q(effective_on__isnull=False),
                name="binding_changes_have_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} ({self.number})"

    def text(self, code: str) -> str:
        return str(self.texts.get(code, ""))

    def rich_text(self, code: str) -> str:
        """As :meth:`text`, in the form that own texts have, so that the two can be compared and merged."""
        return as_rich_text(code, self.text(code))


class Outcome(models.TextChoices):
    """What became of a change in one local text."""

    OPEN = "open", _("not yet decided")
    KEPT = "kept", _("own text kept")
    TAKEN = "taken", _("shared text taken")
    MERGED = "merged", _("merged")
    REWRITTEN = "rewritten", _("own text rewritten")
    OBJECTED = "objected", _("objected")
    REPLACED = "replaced", _("replaced on the day")
    SUPERSEDED = "superseded", _("changed again before a decision")
    WITHDRAWN = "withdrawn", _("change taken back")


class ChangeNoticeQuerySet(models.QuerySet["ChangeNotice"]):
    def waiting(self) -> "ChangeNoticeQuerySet":
        return self.filter(outcome=Outcome.OPEN)

    def about_own_texts(self) -> "ChangeNoticeQuerySet":
        """Of texts that still stand on the page."""
        from services.models import LocalTextModule

        own = LocalTextModule.objects.filter(
            page=models.OuterRef("page"), language=models.OuterRef("language"), code=models.OuterRef("code")
        )
        return self.filter(models.Exists(own))

    def in_force_on(self, day: date) -> "ChangeNoticeQuerySet":
        """Of binding changes whose day has come."""
        return self.filter(version__is_binding=True, version__effective_on__lte=day)


class ChangeNotice(models.Model):
    """One local text that a version of its reference asks a decision about.

    ``language`` is that of the local text; what is not translated is asked about by versions of the German text.
    """

    version = models.ForeignKey(ReferenceVersion, on_delete=models.CASCADE, related_name="notices")
    page = models.ForeignKey("services.LocalServicePage", on_delete=models.CASCADE, related_name="change_notices")
    language = models.CharField(_("language"), max_length=12, default=GERMAN)
    code = models.CharField(_("text module"), max_length=2, choices=CODE_CHOICES)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.OPEN)
    reason = models.TextField(_("reason"), blank=True, max_length=1000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    told_at = models.DateTimeField(null=True)
    # Days before the change holds for which somebody was reminded last; none: told that it could not be carried out.
    reminded_for = models.PositiveSmallIntegerField(null=True)

    objects = models.Manager.from_queryset(ChangeNoticeQuerySet)()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("changed reference text")
        verbose_name_plural = _("changed reference texts")
        ordering = ["version", "page", "code", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "page", "code", "language"], name="one_notice_for_each_text_and_version"
            )
        ]
        indexes = [models.Index(fields=["page", "outcome"], name="notices_of_page")]

    def __str__(self) -> str:
        return f"{self.page} – {self.text_name}"

    @property
    def text_name(self) -> str:
        """The text module, with the language of the own text where it is not German, which goes without saying."""
        module, language = self.get_code_display(), languages().get(self.language)
        return f"{module} ({language.name})" if language and not language.is_german else module

    @property
    def could_not_be_replaced(self) -> bool:
        """Whether the own text should have gone by now; the municipality has been told."""
        return self.outcome == Outcome.OPEN and self.reminded_for == 0


class FollowUp(models.Model):
    """What follows the publication or withdrawal of a reference in the municipalities, and how far it has come.

    Done in steps of some pages each; ``after`` is the last key of the pages that are done, so that whoever goes on
    goes on there.
    """

    class Kind(models.TextChoices):
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    service = models.ForeignKey("services.ServicePage", on_delete=models.CASCADE, related_name="follow_ups")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PUBLISHED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    after = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("follow-up work")
        verbose_name_plural = _("follow-up work")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.service} ({self.done}/{self.total})"

    @property
    def percent(self) -> int:
        return 100 if self.finished_at or not self.total else self.done * 100 // self.total


def changed_codes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Codes of the modules that say something else now, in the order of the modules."""
    return [code for code, _label in CODE_CHOICES if fragments(before.get(code, "")) != fragments(after.get(code, ""))]
