"""Images and documents, with the credit that their licences ask for."""

from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.db import models
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition, WagtailImageFieldFile
from wagtail.utils.file import hash_filelike

from cms.pictures import TooManyPixelsError, UnreadablePictureError, cleaned_picture


class CleanedImageFile(WagtailImageFieldFile):
    """Stores the picture alone, whichever way it comes in: form, upload of several, or program."""

    def save(self, name: str, content: File, save: bool = True) -> None:
        try:
            cleaned = cleaned_picture(content)
        except (TooManyPixelsError, UnreadablePictureError) as error:
            raise SuspiciousFileOperation("The file is no picture.") from error
        super().save(name, ContentFile(cleaned, name=name), save=False)
        # Wagtail measures the file before it is stored; what counts is what was stored.
        self.instance.file_size = len(cleaned)
        self.instance.file_hash = hash_filelike(BytesIO(cleaned))
        if save:
            self.instance.save()


class PortalImage(AbstractImage):
    credit = models.CharField(
        _("credit"), max_length=255, blank=True, help_text=_("Photographer, source and licence, shown with the image.")
    )
    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It says nothing that the text beside it does not say; nothing is read out in its place."),
    )

    # What a page says about the image; Wagtail sets both.
    decorative: bool
    contextual_alt_text: str | None

    # Without tags: all municipalities would share them.
    admin_form_fields = (
        "title",
        "file",
        "description",
        "is_decorative",
        "credit",
        "collection",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions = [("choose_image", "Can choose image")]

    def get_upload_to(self, filename: str) -> str:
        """With letters that nobody guesses, so that names say nothing of what others have uploaded."""
        name = PurePath(filename)
        return super().get_upload_to(f"{name.stem[:60]}-{get_random_string(12).lower()}{name.suffix}")

    @property
    def default_alt_text(self) -> str:
        return "" if self.is_decorative else super().default_alt_text

    def with_own_text(self) -> "PortalImage":
        """The image with its own alternative text where the page that shows it gives none."""
        if not self.decorative and not self.contextual_alt_text:
            self.decorative = self.is_decorative
            self.contextual_alt_text = "" if self.is_decorative else self.description
        return self


# The field keeps its place among the others: size and hash are read after the file was stored.
PortalImage._meta.get_field("file").attr_class = CleanedImageFile


class PortalRendition(AbstractRendition):
    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("image", "filter_spec", "focal_point_key"), name="unique_rendition")
        ]

    def get_upload_to(self, filename: str) -> str:
        """With letters that nobody guesses: the web server hands out every version whose address is known, and what
        only drafts show is nobody else's business yet. Wagtail cuts names from the end, so they stand in front."""
        letters = salted_hmac("cms.rendition", self.image.file.name).hexdigest()[:12]
        return super().get_upload_to(f"{letters}-{filename}")


class PortalDocument(AbstractDocument):
    source = models.CharField(_("source"), max_length=255, blank=True)

    # Without tags, as images.
    admin_form_fields = ("title", "file", "source", "collection")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        permissions = [("choose_document", "Can choose document")]

    def clean(self) -> None:
        # Where the form has refused the file, there is none whose ending could be wrong as well.
        if self.file:
            super().clean()
