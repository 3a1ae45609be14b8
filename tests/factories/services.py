from datetime import time
from typing import Any

import factory
from factory.django import DjangoModelFactory

from municipalities.models import MunicipalityPage
from services.addresses import LOCAL_SERVICES_SLUG, OFFICES_SLUG
from services.models import (
    Arrangement,
    Evidence,
    ExecutionLevel,
    LocalServiceIndexPage,
    LocalServicePage,
    LocalState,
    LocalTextModule,
    OfficeIndexPage,
    OfficePage,
    OpeningHours,
    Responsibility,
    Role,
    ServicePage,
)
from tests.factories.municipalities import MunicipalityFactory
from tests.factories.pages import PortalPageFactory, fixed_page


class ServiceFactory(PortalPageFactory):
    """A reference text. Trait: ``of_district`` (the district runs it)."""

    class Meta:
        model = ServicePage
        skip_postgeneration_save = True

    class Params:
        of_district = factory.Trait(level=ExecutionLevel.DISTRICT)

    parent = fixed_page("catalogue")
    title = factory.Sequence(lambda n: f"Probedienst {n}")
    slug = factory.Sequence(lambda n: f"probedienst-{n}")
    short_text = "Kurz gesagt."
    level = ExecutionLevel.MUNICIPALITY


class LocalServiceIndexFactory(PortalPageFactory):
    class Meta:
        model = LocalServiceIndexPage
        skip_postgeneration_save = True

    parent = factory.SubFactory(MunicipalityFactory)
    title = "Leistungen"
    slug = LOCAL_SERVICES_SLUG


class OfficeIndexFactory(PortalPageFactory):
    class Meta:
        model = OfficeIndexPage
        skip_postgeneration_save = True

    parent = factory.SubFactory(MunicipalityFactory)
    title = "Zuständige Stellen"
    slug = OFFICES_SLUG


def _index_of(place: MunicipalityPage | None, factory_class: type[PortalPageFactory]) -> Any:
    """The index below a place (a new one where none is given)."""
    place = place or MunicipalityFactory()
    existing = factory_class._meta.model.objects.child_of(place).first()
    return existing or factory_class(parent=MunicipalityPage.objects.get(pk=place.pk))


class LocalServiceFactory(PortalPageFactory):
    """A local version of ``reference`` in ``place``. Trait: ``not_offered``. ``texts`` are (code, mode, text)."""

    class Meta:
        model = LocalServicePage
        skip_postgeneration_save = True

    class Params:
        place = None
        texts: list[tuple[str, str, str]] = []
        not_offered = factory.Trait(
            state=LocalState.NOT_OFFERED, state_reason="Das gibt es hier nicht.", alternative="das Rathaus nebenan"
        )

    parent = factory.LazyAttribute(lambda page: _index_of(page.place, LocalServiceIndexFactory))
    reference = factory.SubFactory(ServiceFactory)
    title = factory.LazyAttribute(lambda page: page.reference.title)
    slug = factory.LazyAttribute(lambda page: page.reference.slug)
    text_modules = factory.LazyAttribute(
        lambda page: [
            LocalTextModule(sort_order=place, code=code, mode=mode, text=text)
            for place, (code, mode, text) in enumerate(page.texts)
        ]
    )


class OfficeFactory(PortalPageFactory):
    """An office of ``place``. Traits: ``open_weekdays`` (8 to 16 o'clock), ``with_address``."""

    class Meta:
        model = OfficePage
        skip_postgeneration_save = True

    class Params:
        place = None
        open_weekdays = factory.Trait(
            opening_hours=factory.LazyFunction(
                lambda: [OpeningHours(weekday=day, opens=time(8), closes=time(16)) for day in range(5)]
            )
        )
        with_address = factory.Trait(street="Musterweg 1", postcode="00001", town="Prüfhausen")

    parent = factory.LazyAttribute(lambda page: _index_of(page.place, OfficeIndexFactory))
    title = factory.Sequence(lambda n: f"Probeamt {n}")
    slug = factory.Sequence(lambda n: f"probeamt-{n}")


class ResponsibilityFactory(DjangoModelFactory):
    """Traits: ``contested``, ``unconfirmed``, ``by_agreement``, ``shared``. The office lies in the area."""

    class Meta:
        model = Responsibility

    evidence = Evidence.CONFIRMED

    class Params:
        contested = factory.Trait(evidence=Evidence.CONTESTED)
        unconfirmed = factory.Trait(evidence=Evidence.UNCONFIRMED)
        by_agreement = factory.Trait(arrangement=Arrangement.AGREEMENT)
        shared = factory.Trait(arrangement=Arrangement.SHARED)

    service = factory.SubFactory(ServiceFactory)
    area = factory.SubFactory(MunicipalityFactory)
    office = factory.LazyAttribute(lambda row: OfficeFactory(place=row.area))
    role = Role.DECIDES
    legal_basis = "§ 1 Prüfgesetz"
