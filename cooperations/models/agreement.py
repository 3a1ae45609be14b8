"""An agreement by which municipalities let another one do a task; who is responsible follows from it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from cooperations.models.cooperation import CooperationPage
from services.models import Arrangement, Responsibility, Role


class AgreementKind(models.TextChoices):
    """Whether the task passes over, or is only done by another.

    So for North Rhine-Westphalia § 23 Abs. 1 GkG NRW; other states have laws of their own with the same two kinds.
    """

    DELEGATION = Arrangement.DELEGATION.value, _("delegating: the task passes over with all rights and duties")
    MANDATE = (
        Arrangement.MANDATE.value,
        _("mandating: it is done on behalf of the municipality, which stays responsible"),
    )


class Agreement(ClusterableModel):
    """Services × municipalities → offices, from one day to another.

    What is written here takes effect only through :func:`cooperations.agreements.bring_about`.
    """

    # The task is done by others even when nobody describes the cooperation any more.
    cooperation = models.ForeignKey(
        CooperationPage,
        verbose_name=_("cooperation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="agreements",
    )
    title = models.CharField(
        _("title"), max_length=200, help_text=_("Citizens read it as the reason why another office is responsible.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=AgreementKind.choices, default=AgreementKind.DELEGATION)
    legal_basis = models.CharField(
        _("legal basis"),
        max_length=250,
        blank=True,
        help_text=_("As in “§ 23 Abs. 1 GkG NRW”; other states have laws of their own."),
    )
    signed_on = models.DateField(_("signed on"))
    published_in = models.CharField(
        _("published in"), max_length=250, blank=True, help_text=_("As in the official gazette, with year and number.")
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    effective_from = models.DateField(_("effective from"))
    effective_until = models.DateField(
        _("effective until"),
        null=True,
        blank=True,
        help_text=_("The last day. Left empty: until somebody enters one. Afterwards what was before holds again."),
    )
    decides = models.BooleanField(_("decides"), default=True)
    receives = models.BooleanField(_("receives applications"), default=False)
    advises = models.BooleanField(_("advises"), default=False)
    document = models.ForeignKey(
        "cms.PortalDocument",
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("For editors. To publish it, link to it on the page of the cooperation."),
    )
    note = models.TextField(_("note for editors"), blank=True)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ("title", "pk")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.effective_from and self.effective_until and self.effective_until < self.effective_from:
            raise ValidationError({"effective_until": _("The end lies before the beginning.")})
        if self.signed_on and self.published_on and self.published_on < self.signed_on:
            raise ValidationError({"published_on": _("It cannot be published before it is signed.")})

    @property
    def roles(self) -> list[Role]:
        chosen = ((Role.RECEIVES, self.receives), (Role.DECIDES, self.decides), (Role.ADVISES, self.advises))
        return [role for role, is_chosen in chosen if is_chosen]

    @property
    def source(self) -> str:
        """What proves it, as the entries that follow from it say."""
        parts = [
            gettext("%(title)s of %(day)s") % {"title": self.title, "day": _day(self.signed_on)},
            self.published_in,
        ]
        if self.published_on:
            parts.append(gettext("published on %(day)s") % {"day": _day(self.published_on)})
        return ", ".join(filter(None, parts))


class AgreementTask(Orderable):
    """A service that the agreement hands over, and the office that does it."""

    agreement = ParentalKey(Agreement, on_delete=models.CASCADE, related_name="tasks")
    service = models.ForeignKey(
        "services.ServicePage", verbose_name=_("service"), on_delete=models.CASCADE, related_name="+"
    )
    # An office that is gone leaves a gap, as everywhere.
    office = models.ForeignKey(
        "services.OfficePage",
        verbose_name=_("office"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Left empty: the same as in the line above."),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("service handed over")
        verbose_name_plural = _("services handed over")

    def __str__(self) -> str:
        return f"{self.service_id} → {self.office_id}"


class AgreementArea(Orderable):
    """A municipality that hands over the tasks; a district does so for all its municipalities."""

    agreement = ParentalKey(Agreement, on_delete=models.CASCADE, related_name="areas")
    municipality = models.ForeignKey(
        "municipalities.MunicipalityPage",
        verbose_name=_("municipality"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    since = models.DateField(
        _("takes part from"), null=True, blank=True, help_text=_("Only where it joins later than the others.")
    )
    until = models.DateField(
        _("takes part until"), null=True, blank=True, help_text=_("Only where it leaves earlier than the others.")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("municipality that hands over")
        verbose_name_plural = _("municipalities that hand over")

    def __str__(self) -> str:
        return str(self.municipality)

    def clean(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise ValidationError({"until": _("The end lies before the beginning.")})


class AgreementResponsibility(models.Model):
    """Remembers which entries follow from the agreement."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="links")
    responsibility = models.OneToOneField(Responsibility, on_delete=models.CASCADE, related_name="agreement_link")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("entry that follows from an agreement")

    def __str__(self) -> str:
        return f"{self.agreement_id} → {self.responsibility_id}"


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
