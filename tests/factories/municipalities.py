from typing import Any

import factory
from factory.django import DjangoModelFactory

from municipalities.models import Locality, MunicipalityKind, MunicipalityPage, PostalCode
from tests.factories.pages import PortalPageFactory, fixed_page

# No German state has the number 99, so that these keys belong to nobody, the demonstration content included.
FOREIGN_STATE = "99"


class MunicipalityFactory(PortalPageFactory):
    """A town. Traits: ``is_district``, ``with_indexes`` (lists of services and of offices below it).

    ``postcodes`` and ``places`` (names of localities) are lists of texts.
    """

    class Meta:
        model = MunicipalityPage
        skip_postgeneration_save = True

    class Params:
        postcodes: list[str] = []
        places: list[str] = []
        is_district = factory.Trait(
            kind=MunicipalityKind.DISTRICT,
            title=factory.Sequence(lambda n: f"Prüfkreis Nummer {n}"),
            official_name=factory.LazyAttribute(lambda page: page.title),
            ags=factory.Sequence(lambda n: f"{FOREIGN_STATE}{n % 1000:03d}"),
        )

    parent = fixed_page("home")
    title = factory.Sequence(lambda n: f"Prüfhausen {n}")
    slug = factory.Sequence(lambda n: f"pruefhausen-{n}")
    kind = MunicipalityKind.TOWN
    official_name = factory.LazyAttribute(lambda page: f"Stadt {page.title}")
    ags = factory.Sequence(lambda n: f"{FOREIGN_STATE}{n:06d}")
    postal_codes = factory.LazyAttribute(lambda page: [PostalCode(code=code) for code in page.postcodes])
    localities = factory.LazyAttribute(lambda page: [Locality(name=name) for name in page.places])

    @factory.post_generation
    def with_indexes(self: Any, create: bool, extracted: bool, **kwargs: Any) -> None:
        from tests.factories.services import LocalServiceIndexFactory, OfficeIndexFactory

        if create and extracted:
            LocalServiceIndexFactory(parent=self)
            OfficeIndexFactory(parent=self)


class LocalityFactory(DjangoModelFactory):
    class Meta:
        model = Locality

    municipality = factory.SubFactory(MunicipalityFactory)
    name = factory.Sequence(lambda n: f"Ortsteil {n}")
