import factory

from cooperations.models import CooperationPage, LegalForm, Participation
from tests.factories.pages import PortalPageFactory, fixed_page


class CooperationFactory(PortalPageFactory):
    """A cooperation. ``partners`` are municipalities of the portal."""

    class Meta:
        model = CooperationPage
        skip_postgeneration_save = True

    class Params:
        partners: list[object] = []

    parent = fixed_page("cooperations")
    title = factory.Sequence(lambda n: f"Probekooperation {n}")
    slug = factory.Sequence(lambda n: f"probekooperation-{n}")
    summary = "Zwei Kommunen arbeiten zusammen."
    field_of_activity = "Prüfwesen"
    legal_form = LegalForm.WORKING_GROUP
    participations = factory.LazyAttribute(
        lambda page: [Participation(name=partner.title, municipality=partner) for partner in page.partners]
    )
