"""What editors cannot save, because citizens could not use it."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from wagtail.blocks import StructBlockValidationError

from services.blocks import CostBlock
from services.models import LocalState
from tests.factories import (
    LocalityFactory,
    LocalServiceFactory,
    MunicipalityFactory,
    OfficeFactory,
    ResponsibilityFactory,
    ServiceFactory,
)


def amounts(**values: Any) -> Any:
    block = CostBlock()
    return block.clean(block.to_python({"source": "Satzung", **values}))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"type": "free"}, "kostenlos"),
        ({"type": "fixed", "amount": "1046"}, "1.046,00\xa0€"),
        ({"type": "range", "amount": "5", "amount_max": "10.5"}, "5,00\xa0€ bis 10,50\xa0€"),
    ],
)
def test_costs_read_as_germans_write_them(values: dict[str, str], text: str) -> None:
    assert amounts(**values).amount_text().replace(" ", "\xa0") == text.replace(" ", "\xa0")


@pytest.mark.parametrize(
    "values",
    [
        {"type": "fixed"},
        {"type": "range", "amount": "5"},
        {"type": "range", "amount": "5", "amount_max": "4"},
        {"type": "fixed", "amount": "-1"},
    ],
)
def test_costs_without_a_usable_amount_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(StructBlockValidationError):
        amounts(**values)


@pytest.mark.django_db
def test_a_local_page_that_ends_in_nowhere_is_refused() -> None:
    page = LocalServiceFactory()
    for state, extra in (
        (LocalState.NOT_OFFERED, {}),
        (LocalState.COVERED_BY, {}),
        (LocalState.COVERED_BY, {"covered_by": page.reference}),
    ):
        page.state, page.covered_by = state, extra.get("covered_by")
        with pytest.raises(ValidationError):
            page.full_clean()
    page.covered_by = ServiceFactory()
    page.full_clean()


@pytest.mark.django_db
def test_a_responsibility_that_cannot_hold_is_refused() -> None:
    row = ResponsibilityFactory(valid_from=date(2026, 1, 2), valid_until=date(2026, 1, 1), unconfirmed=True)
    with pytest.raises(ValidationError, match="valid_until"):
        row.full_clean()
    row.valid_until = None
    row.locality = LocalityFactory(municipality=MunicipalityFactory())
    with pytest.raises(ValidationError, match="locality"):
        row.full_clean()


@pytest.mark.django_db
def test_an_office_is_not_reached_through_itself() -> None:
    office = OfficeFactory()
    office.reached_through = office
    with pytest.raises(ValidationError, match="reached_through"):
        office.full_clean()


@pytest.mark.django_db
def test_whose_address_holds() -> None:
    place = MunicipalityFactory(street="Markt 1", postcode="00001", town="Prüfhausen")
    through = OfficeFactory(place=place, with_address=True)
    assert OfficeFactory(place=place).address_holder == place
    assert OfficeFactory(place=place, is_independent=True).address_holder is None
    assert OfficeFactory(place=place, reached_through=through).address_holder == through
    own = OfficeFactory(place=place, with_address=True, reached_through=through)
    assert own.address_holder == own
