"""The text modules of a service description.

Names and codes are those of the XZuFi code list ``urn:de:xzufi:codeliste:leistungstextmodulleika`` (version 20240216,
file ``services/data/leistungstextmodulleika.csv``), so that an exchange with the state's systems needs no translation
table. Modules whose content is structured (costs, deadlines, documents, legal bases) are stream fields of their own.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import linebreaks
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class TextModule:
    """One text module: its XZuFi code, the field that holds it, how editors and how citizens see it named."""

    code: str
    field: str
    label: Promise
    public_heading: Promise
    rich: bool = True


TEXT_MODULES: tuple[TextModule, ...] = (
    TextModule("24", "teaser", _("Teaser"), _("In short"), rich=False),
    TextModule("05", "short_text", _("Short text"), _("In short"), rich=False),
    TextModule("06", "full_text", _("Full text"), _("What it is about")),
    TextModule("09", "requirements", _("Requirements"), _("What you must fulfil")),
    TextModule("08", "documents_text", _("Required documents (text)"), _("More about the documents")),
    TextModule("11", "procedure", _("Procedure"), _("How to go about it")),
    TextModule("14", "forms", _("Forms"), _("Forms")),
    TextModule("16", "notes", _("Notes"), _("Good to know")),
    TextModule("15", "further_information", _("Further information"), _("More information")),
    TextModule("22", "competent_authority", _("Competent authority"), _("Who is responsible")),
    TextModule("23", "contact_point", _("Contact point"), _("Whom to ask")),
    TextModule("25", "legal_remedy", _("Legal remedy"), _("If you do not agree with the decision")),
    TextModule("18", "originator", _("Originator"), _("Who wrote this text"), rich=False),
)

MODULES_BY_CODE = {module.code: module for module in TEXT_MODULES}
CODE_CHOICES = [(module.code, module.label) for module in TEXT_MODULES]


def as_rich_text(code: str, text: str) -> str:
    """A shared text as it is stored, in the form that own texts have: those are rich text in every module."""
    return text if MODULES_BY_CODE[code].rich or not text else linebreaks(text, autoescape=True)
