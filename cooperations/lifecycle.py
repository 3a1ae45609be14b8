"""What happens to a municipality's part in cooperations when it leaves or is merged. The partner's name stays."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cooperations.agreements import bring_about
from cooperations.models import Agreement, AgreementArea, AgreementTask, CooperationPage, Participation
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
    parts = _parts(change, change.place)
    # Asked of all before anything changes: parts of the same municipality do not stand in each other's way.
    taken_over = {part.pk for part in parts if change.heir is not None and _may_take_over(part, change, change.heir)}
    for part in parts:
        if part.pk in taken_over:
            _begin(part, change, Agreement.objects.get(pk=part.agreement_id))
        _end(part, change)
        bring_about(Agreement.objects.get(pk=part.agreement_id), change.user)
    change.note(_("Agreements passed on"), len(taken_over))
    change.note(_("Agreements ended for the municipality"), len(parts) - len(taken_over))


def end_handing_over_to_itself(change: Change) -> None:
    """Nobody hands a task over to itself: the heir gets the offices, and with them what it had handed over to them.

    What it hands over to others by the same agreement goes on, in a copy of it.
    """
    path = change.place.path
    parts = [part for part in _parts(change, change.into) if any(_is_below(path, task) for task in _tasks(part))]
    for part in parts:
        others = [task for task in _tasks(part) if not _is_below(path, task)]
        if others:
            copy = Agreement.objects.get(pk=part.agreement_id)
            copy.pk = None
            copy.save()
            for task in others:
                AgreementTask.objects.create(agreement=copy, service_id=task.service_id, office_id=task.office_id)
            _begin(part, change, copy)
        _end(part, change)
        bring_about(Agreement.objects.get(pk=part.agreement_id), change.user)
        if others:
            bring_about(copy, change.user)
    change.note(
        _("Agreements ended for %(place)s, which has the office itself now") % {"place": change.into.title}, len(parts)
    )


def name_agreements_without_office(change: Change) -> None:
    """With the municipality its offices go, and those who handed a task over to them have nobody for it."""
    tasks = AgreementTask.objects.filter(office__path__startswith=change.place.path)
    parts = AgreementArea.objects.filter(_still(change), agreement__tasks__in=tasks)
    titles = sorted(set(parts.values_list("agreement__title", flat=True)))
    if titles:
        change.note(_("Agreements that lose their office: %(titles)s") % {"titles": ", ".join(titles)})


def _still(change: Change) -> Q:
    """Parts that reach the day or a later one."""
    part = Q(until__isnull=True) | Q(until__gte=change.first_day)
    end = "agreement__effective_until"
    return part & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": change.first_day}))


def _parts(change: Change, place: MunicipalityPage) -> list[AgreementArea]:
    parts = AgreementArea.objects.filter(_still(change), municipality=place.pk).select_related("agreement")
    return list(parts.order_by("pk"))


def _tasks(part: AgreementArea) -> list[AgreementTask]:
    return list(part.agreement.tasks.select_related("office"))


def _is_below(path: str, task: AgreementTask) -> bool:
    return task.office is not None and task.office.path.startswith(path)


def _end(part: AgreementArea, change: Change) -> None:
    if _since(part) >= change.first_day:
        part.delete()
    else:
        part.until = change.last_day
        part.save(update_fields=["until"])


def _begin(part: AgreementArea, change: Change, agreement: Agreement) -> None:
    """The heir hands over what the part does, from the day on."""
    AgreementArea.objects.create(
        agreement=agreement,
        municipality_id=change.into.pk,
        since=max(_since(part), change.first_day),
        until=part.until,
    )


def _since(part: AgreementArea) -> date:
    return max(filter(None, [part.agreement.effective_from, part.since]))


def _may_take_over(part: AgreementArea, change: Change, heir: MunicipalityPage) -> bool:
    """Not where the heir takes part already, has somebody for one of the tasks, or does one of them for others."""
    agreement, tasks = part.agreement, _tasks(part)
    if agreement.areas.filter(municipality=heir.pk).exists():
        return False
    if any(_is_below(heir.path, task) for task in tasks):
        return False
    own = Responsibility.objects.from_day(change.first_day).filter(area=heir.pk, role__in=agreement.roles)
    return not own.filter(service__in=[task.service_id for task in tasks]).exists()


def export_agreements(place: MunicipalityPage) -> list[dict[str, Any]]:
    parts = AgreementArea.objects.filter(municipality=place.pk).order_by("agreement__title", "pk")
    names = ("title", "kind", "legal_basis", "signed_on", "published_in", "effective_from", "effective_until")
    return list(parts.values("since", "until", *(f"agreement__{name}" for name in names)))


def export_participations(place: MunicipalityPage) -> list[dict[str, Any]]:
    rows = Participation.objects.filter(municipality=place.pk).order_by("cooperation__title", "pk")
    return list(rows.values("cooperation__title", "name", "role"))
