"""What provisioning makes for a municipality beside its pages: roles, a collection, a workflow."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, Workflow

from municipalities.models.municipality import MunicipalityPage


class RoleKind(models.TextChoices):
    """What a person is in a municipality, or for all of them. Portal administrators are Django's superusers."""

    AUTHOR = "author", _("Authors")
    PUBLISHER = "publisher", _("Publishers")
    LOCAL_ADMIN = "local_administrator", _("Local administrators")
    REFERENCE_EDITOR = "reference_editor", _("Reference editors")
    COOPERATION_MANAGER = "cooperation_manager", _("Cooperation managers")

    @property
    def explained(self) -> str:
        """The name, and what those who hold the role do."""
        return f"{self.label}: {_TASKS[self]}"

    @classmethod
    def local(cls) -> "tuple[RoleKind, ...]":
        return cls.AUTHOR, cls.PUBLISHER, cls.LOCAL_ADMIN

    @classmethod
    def central(cls) -> "tuple[RoleKind, ...]":
        return cls.REFERENCE_EDITOR, cls.COOPERATION_MANAGER


_TASKS = {
    RoleKind.AUTHOR: _("write drafts and submit them"),
    RoleKind.PUBLISHER: _("approve and publish"),
    RoleKind.LOCAL_ADMIN: _("publish and look after colleagues"),
    RoleKind.REFERENCE_EDITOR: _("look after catalogue and life events"),
    RoleKind.COOPERATION_MANAGER: _("look after cooperations"),
}


class RoleGroup(models.Model):
    """A Wagtail group that stands for a role. Which pages and collections it opens stands in Wagtail's own tables."""

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="role")
    kind = models.CharField(max_length=30, choices=RoleKind.choices)
    municipality = models.ForeignKey(
        MunicipalityPage, null=True, blank=True, on_delete=models.CASCADE, related_name="roles"
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(fields=("kind", "municipality"), name="one_group_for_each_role"),
            models.UniqueConstraint(
                fields=("kind",), condition=Q(municipality__isnull=True), name="one_group_for_each_central_role"
            ),
            models.CheckConstraint(
                condition=Q(municipality__isnull=False, kind__in=RoleKind.local())
                | Q(municipality__isnull=True, kind__in=RoleKind.central()),
                name="local_roles_have_a_municipality",
            ),
        ]

    def __str__(self) -> str:
        return self.group.name


class Approval(models.TextChoices):
    """How a municipality's pages get published."""

    PUBLISHER = "publisher", _("A publisher approves (four eyes)")
    TWO_STEPS = "two_steps", _("A publisher and then a local administrator approve")
    AUTHORS_PUBLISH = "authors_publish", _("Authors publish themselves")


DEFAULT_REVIEW_MONTHS = 12
REVIEW_INTERVALS = (
    (3, _("every 3 months")),
    (6, _("every 6 months")),
    (12, _("once a year")),
    (24, _("every 2 years")),
    (36, _("every 3 years")),
)


class Tenant(models.Model):
    """The municipality as one that works with the portal. Its absence means that nobody edits here."""

    municipality = models.OneToOneField(MunicipalityPage, on_delete=models.CASCADE, related_name="tenant")
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="+")
    workflow = models.ForeignKey(Workflow, null=True, on_delete=models.SET_NULL, related_name="+")
    approval = models.CharField(_("approval"), max_length=20, choices=Approval.choices, default=Approval.PUBLISHER)
    review_months = models.PositiveSmallIntegerField(
        _("review of pages"), choices=REVIEW_INTERVALS, default=DEFAULT_REVIEW_MONTHS
    )

    # Whoever answers for the municipality where all are asked; without one, its local administrators do.
    representative = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("representative"),
    )

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")

    def __str__(self) -> str:
        return str(self.municipality)
