import factory
import wagtail_factories
from django.contrib.auth import get_user_model
from factory.django import DjangoModelFactory

from cms.models import PortalDocument, PortalImage


class UserFactory(DjangoModelFactory):
    """Traits: ``admin`` (may do everything)."""

    class Meta:
        model = get_user_model()

    class Params:
        admin = factory.Trait(is_superuser=True, is_staff=True)

    username = factory.Sequence(lambda n: f"person-{n}")


class ImageFactory(wagtail_factories.ImageFactory):
    class Meta:
        model = PortalImage


class DocumentFactory(wagtail_factories.DocumentFactory):
    class Meta:
        model = PortalDocument
