"""Structured parts of a service description: costs, deadlines, documents, legal bases, online services.

Each fact carries its source. A fact that nobody has checked stays visible to editors and out of the public page.
"""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    ChoiceBlock,
    DecimalBlock,
    StreamBlock,
    StructBlock,
    StructBlockValidationError,
    StructValue,
    URLBlock,
)


def euros(amount: Decimal) -> str:
    """An amount as Germans write it: "46,00 €"."""
    return f"{number_format(amount, decimal_pos=2, use_l10n=True, force_grouping=True)} €"


class FactBlock(StructBlock):
    """Common part of every sourced fact."""

    source = CharBlock(label=gettext_lazy("Source"), required=False, max_length=500)
    as_of = CharBlock(label=gettext_lazy("As of"), required=False, max_length=40)
    confirmed = BooleanBlock(
        label=gettext_lazy("Checked against a source"),
        required=False,
        default=True,
        help_text=gettext_lazy("Unchecked entries are not shown to the public."),
    )


class CostValue(StructValue):
    def amount_text(self) -> str:
        """What it costs, in one short phrase."""
        kind, amount, upper = self["type"], self["amount"], self["amount_max"]
        if kind == "free":
            return _("free of charge")
        if kind == "range":
            return _("%(low)s to %(high)s") % {"low": euros(amount), "high": euros(upper)}
        if kind == "surcharge":
            return _("plus %(amount)s") % {"amount": euros(amount)}
        return euros(amount)


class CostBlock(FactBlock):
    """A fee: fixed, between two amounts, on top of another one, or none (XZuFi modulKosten)."""

    type = ChoiceBlock(
        label=gettext_lazy("Kind of cost"),
        choices=[
            ("fixed", gettext_lazy("fixed amount")),
            ("range", gettext_lazy("from … to …")),
            ("surcharge", gettext_lazy("surcharge")),
            ("free", gettext_lazy("free of charge")),
        ],
        default="fixed",
    )
    amount = DecimalBlock(
        label=gettext_lazy("Amount in euros"), required=False, min_value=Decimal(0), decimal_places=2, max_digits=9
    )
    amount_max = DecimalBlock(
        label=gettext_lazy("Highest amount in euros"),
        required=False,
        min_value=Decimal(0),
        decimal_places=2,
        max_digits=9,
    )
    condition = CharBlock(label=gettext_lazy("Condition"), required=False, max_length=200)
    legal_basis = CharBlock(label=gettext_lazy("Legal basis"), required=False, max_length=200)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        errors = {}
        if cleaned["type"] != "free" and cleaned["amount"] is None:
            errors["amount"] = ValidationError(_("Please give an amount, or choose “free of charge”."))
        if cleaned["type"] == "range" and not errors:
            if cleaned["amount_max"] is None:
                errors["amount_max"] = ValidationError(_("Please give the highest amount."))
            elif cleaned["amount_max"] < cleaned["amount"]:
                errors["amount_max"] = ValidationError(_("The highest amount is below the lowest."))
        if errors:
            raise StructBlockValidationError(block_errors=errors)
        return cleaned

    class Meta:
        label = gettext_lazy("Cost")
        icon = "tag"
        value_class = CostValue


class DeadlineBlock(FactBlock):
    """A period the citizen must keep (XZuFi modulFrist)."""

    text = CharBlock(label=gettext_lazy("Deadline"), max_length=300)
    legal_basis = CharBlock(label=gettext_lazy("Legal basis"), required=False, max_length=200)

    class Meta:
        label = gettext_lazy("Deadline")
        icon = "date"


class RequiredDocumentBlock(StructBlock):
    """Something to bring along (XZuFi module 08)."""

    name = CharBlock(label=gettext_lazy("Document"), max_length=200)
    condition = CharBlock(label=gettext_lazy("Condition"), required=False, max_length=200)

    class Meta:
        label = gettext_lazy("Document")
        icon = "doc-full"


class LegalBasisBlock(FactBlock):
    """A provision (XZuFi module 07)."""

    law = CharBlock(label=gettext_lazy("Law"), max_length=120)
    section = CharBlock(label=gettext_lazy("Section of the law"), required=False, max_length=60)
    title = CharBlock(label=gettext_lazy("Heading of the section"), required=False, max_length=250)
    url = URLBlock(label=gettext_lazy("Web address"), required=False)

    class Meta:
        label = gettext_lazy("Legal basis")
        icon = "clipboard-list"


class OnlineServiceBlock(StructBlock):
    """Where the matter can be settled online."""

    title = CharBlock(label=gettext_lazy("Title"), max_length=120)
    url = URLBlock(label=gettext_lazy("Web address"))
    provider = CharBlock(label=gettext_lazy("Provider"), required=False, max_length=120)
    source = CharBlock(label=gettext_lazy("Source"), required=False, max_length=500)

    class Meta:
        label = gettext_lazy("Online service")
        icon = "desktop"


class CostsBlock(StreamBlock):
    cost = CostBlock()


class DeadlinesBlock(StreamBlock):
    deadline = DeadlineBlock()


class DocumentsBlock(StreamBlock):
    document = RequiredDocumentBlock()


class LegalBasesBlock(StreamBlock):
    legal_basis = LegalBasisBlock()


class OnlineServicesBlock(StreamBlock):
    online_service = OnlineServiceBlock()
