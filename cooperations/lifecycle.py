"""What happens to a municipality's part in cooperations when it leaves or is merged. The partner's name stays."""

from typing import Any

from django.utils.translation import gettext as _

from cooperations.models import CooperationPage, Participation
from municipalities.lifecycle.changes import Change, revise
from municipalities.models import MunicipalityPage


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


def export_participations(place: MunicipalityPage) -> list[dict[str, Any]]:
    rows = Participation.objects.filter(municipality=place.pk).order_by("cooperation__title", "pk")
    return list(rows.values("cooperation__title", "name", "role"))
