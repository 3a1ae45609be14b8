from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from cooperations.agreements import bring_about
from cooperations.models import Agreement, AgreementArea, AgreementTask
from tests.factories.cooperations import CooperationFactory


class AgreementFactory(DjangoModelFactory):
    """An agreement in force. ``tasks`` are pairs of a service and an office, ``areas`` municipalities."""

    class Meta:
        model = Agreement
        skip_postgeneration_save = True

    cooperation = factory.SubFactory(CooperationFactory)
    title = factory.Sequence(lambda n: f"Probevereinbarung {n}")
    legal_basis = "§ 2 Prüfgesetz"
    signed_on = date(2025, 12, 1)
    effective_from = date(2026, 1, 1)

    @factory.post_generation
    def hands_over(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if not create or extracted is None:
            return
        tasks, areas = extracted
        for order, (service, office) in enumerate(tasks):
            AgreementTask.objects.create(agreement=self, service=service, office=office, sort_order=order)
        for order, area in enumerate(areas):
            AgreementArea.objects.create(agreement=self, municipality=area, sort_order=order)
        bring_about(Agreement.objects.get(pk=self.pk))
