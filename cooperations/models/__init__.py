"""Intermunicipal cooperation."""

from .cooperation import CooperationPage, CooperationStatus, LegalForm, Participation
from .cooperation_index import CooperationIndexPage

__all__ = ["CooperationIndexPage", "CooperationPage", "CooperationStatus", "LegalForm", "Participation"]
