"""Numbers from outside that are the key of nothing: not found, never an error, whoever asks and wherever."""

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Page

from cms.keys import LARGEST_KEY, key_of
from municipalities.models import Locality, MunicipalityPage
from tests.factories import MunicipalityFactory

# More than the column of a page's key holds on PostgreSQL, than any column holds, and than the database reads.
HUGE = (2**31, 2**63, 10**24)
WHOLE = "999999999999999999999999"


@given(st.integers(min_value=1, max_value=LARGEST_KEY))
def test_a_key_is_read(number: int) -> None:
    assert key_of(str(number)) == number


@given(st.one_of(st.text(), st.integers(max_value=0).map(str), st.integers(min_value=LARGEST_KEY + 1).map(str)))
def test_what_can_be_no_key_is_none(text: str) -> None:
    key = key_of(text)
    assert key is None or (text.isascii() and int(text) == key)


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", " 1", "1\n", "１", "²", "9" * 20, "9" * 5000, str(2**63)])
def test_odd_texts_are_no_keys(text: str) -> None:
    assert key_of(text) is None


@pytest.mark.django_db
@pytest.mark.parametrize("key", HUGE)
def test_no_query_fails_over_a_number_that_is_too_large(key: int) -> None:
    place = MunicipalityFactory()
    for model, name in (
        (Page, "pk"),
        (MunicipalityPage, "pk"),
        (MunicipalityPage, "district"),
        (Locality, "municipality"),
    ):
        assert not model.objects.filter(**{name: key}).exists()
        assert not model.objects.filter(**{f"{name}__in": [key]}).exists()
    assert list(MunicipalityPage.objects.filter(pk__in=[place.pk, key])) == [place]
    assert list(MunicipalityPage.objects.filter(Q(pk=key) | Q(pk=place.pk))) == [place]
    assert MunicipalityPage.objects.exclude(pk=key).exclude(pk__in=[key]).filter(pk=place.pk).exists()
