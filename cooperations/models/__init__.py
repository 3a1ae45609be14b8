"""Intermunicipal cooperation."""

from .agreement import Agreement, AgreementArea, AgreementKind, AgreementResponsibility, AgreementTask
from .cooperation import CooperationPage, CooperationStatus, LegalForm, Participation
from .cooperation_index import CooperationIndexPage

__all__ = [
    "Agreement",
    "AgreementArea",
    "AgreementKind",
    "AgreementResponsibility",
    "AgreementTask",
    "CooperationIndexPage",
    "CooperationPage",
    "CooperationStatus",
    "LegalForm",
    "Participation",
]
