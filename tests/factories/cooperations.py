from datetime import date

import factory
from factory.django import DjangoModelFactory

from cooperations.models import CooperationIndexPage, CooperationPage, CooperationStatus, LegalForm, Participation
from tests.factories.municipalities import MunicipalityFactory
from tests.factories.pages import FixedPageFactory, PortalPageFactory, fixed_page


class CooperationIndexFactory(FixedPageFactory):
    class Meta:
        model = CooperationIndexPage


class CooperationFactory(PortalPageFactory):
    """A cooperation. Trait: ``running``. ``partners`` are municipalities of the portal."""

    class Meta:
        model = CooperationPage
        skip_postgeneration_save = True

    class Params:
        partners: list[object] = []
        running = factory.Trait(status=CooperationStatus.RUNNING, start=date(2020, 1, 1))

    parent = fixed_page("cooperations")
    title = factory.Sequence(lambda n: f"Probekooperation {n}")
    slug = factory.Sequence(lambda n: f"probekooperation-{n}")
    summary = "Zwei Kommunen arbeiten zusammen."
    field_of_activity = "Prüfwesen"
    legal_form = LegalForm.WORKING_GROUP
    participations = factory.LazyAttribute(
        lambda page: [Participation(name=partner.title, municipality=partner) for partner in page.partners]
    )


class ParticipationFactory(DjangoModelFactory):
    class Meta:
        model = Participation

    cooperation = factory.SubFactory(CooperationFactory)
    municipality = factory.SubFactory(MunicipalityFactory)
    name = factory.LazyAttribute(lambda row: row.municipality.title)
