"""Models every other app builds on: user, image, document and the base of all pages."""

from .media import PortalDocument, PortalImage, PortalRendition
from .page import BasePage
from .user import User

__all__ = ["BasePage", "PortalDocument", "PortalImage", "PortalRendition", "User"]
