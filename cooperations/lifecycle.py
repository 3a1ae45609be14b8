"""What happens to a municipality's part in cooperations when it leaves or is merged. The partner's name stays."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cooperations.agreements import bring_about
from cooperations.models import AgreementArea, CooperationPage, Participation
from municipalities.lifecycle.changes import Change, revise
from municipalities.models import MunicipalityPage
from services.models import Responsibility


def pass_on_participations(change: Change) -> None:
    """To the heir, or, where there is none or it takes part already, to nobody in this portal."""
    place, heir = change.place, change.heir

    def amend(page: CooperationPage) -> None:
        partners = list(page.participations.all())
        is_free = heir is not None and all(partner.municipality_id != heir.pk for partner in partners)
        for partner in partners:
            if partner.municipality_id == place.pk:
                partner.municipality = heir if is_free else None
                is_free = False
        page.participations.set(partners)

    pages = list(CooperationPage.objects.filter(participations__municipality=place.pk).distinct())
    for page in pages:
        revise(page, amend, change.user)
    change.note(_("Cooperations changed"), len(pages))


def pass_on_agreements(change: Change) -> None:
    """What the municipality has handed over ends for it. The heir takes its place where it has nobody for the tasks."""
    still = Q(until__isnull=True) | Q(until__gte=change.first_day)
    still &= Q(agreement__effective_until__isnull=True) | Q(agreement__effective_until__gte=change.first_day)
    parts = list(AgreementArea.objects.filter(still, municipality=change.place.pk).select_related("agreement"))
    passed_on = 0
    for part in parts:
        since, until = max(filter(None, [part.agreement.effective_from, part.since])), part.until
        takes_over = change.heir is not None and _may_take_over(part, change, change.heir)
        if since >= change.first_day:
            part.delete()
        else:
            part.until = change.last_day
            part.save(update_fields=["until"])
        if takes_over:
            passed_on += 1
            AgreementArea.objects.create(
                agreement_id=part.agreement_id,
                municipality_id=change.into.pk,
                since=max(since, change.first_day),
                until=until,
            )
        bring_about(type(part.agreement).objects.get(pk=part.agreement_id))
    change.note(_("Agreements passed on"), passed_on)
    change.note(_("Agreements ended for the municipality"), len(parts) - passed_on)


def _may_take_over(part: AgreementArea, change: Change, heir: MunicipalityPage) -> bool:
    """Not where the heir takes part already, has somebody for one of the tasks, or does one of them for others."""
    agreement = part.agreement
    tasks = list(agreement.tasks.select_related("office"))
    if agreement.areas.filter(municipality=heir.pk).exists():
        return False
    if any(task.office is not None and task.office.path.startswith(heir.path) for task in tasks):
        return False
    own = Responsibility.objects.from_day(change.first_day).filter(area=heir.pk)
    return not own.filter(service__in=[task.service_id for task in tasks]).exists()


def export_agreements(place: MunicipalityPage) -> list[dict[str, Any]]:
    parts = AgreementArea.objects.filter(municipality=place.pk).order_by("agreement__title", "pk")
    names = ("title", "kind", "legal_basis", "signed_on", "published_in", "effective_from", "effective_until")
    return list(parts.values("since", "until", *(f"agreement__{name}" for name in names)))


def export_participations(place: MunicipalityPage) -> list[dict[str, Any]]:
    rows = Participation.objects.filter(municipality=place.pk).order_by("cooperation__title", "pk")
    return list(rows.values("cooperation__title", "name", "role"))
