"""The forms in which editors hand in images and documents: what is wrong with a file is said before it is stored."""

from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from cms.office_files import is_what_it_says
from cms.pictures import TooManyPixelsError, UnreadablePictureError, check_picture
from cms.signals import image_changed


class PictureField(WagtailImageField):
    """As Wagtail's, but the size is asked before anything is read, and a damaged file is an error and no crash."""

    def to_python(self, data: Any) -> Any:
        if data in self.empty_values or not getattr(data, "size", 0):
            return super().to_python(data)
        self._check_size(data)
        try:
            check_picture(data, self.max_image_pixels)
        except TooManyPixelsError as error:
            raise ValidationError(self._too_many_pixels(error), code="file_too_many_pixels") from error
        except UnreadablePictureError as error:
            # For kinds of images that are not allowed, such as drawings in SVG, Wagtail says which are.
            if PurePath(data.name).suffix[1:].lower() not in self.allowed_image_extensions:
                raise ValidationError(self.error_messages["invalid_image_extension"]) from error
            raise self._unreadable() from error
        data.seek(0)
        return self._wagtails_check(data)

    def _wagtails_check(self, data: Any) -> Any:
        try:
            return super().to_python(data)
        except ValidationError as error:
            raise self._unreadable() if error.code == "invalid_image" else error from None
        # Wagtail opens the file with another library, which stumbles over other things.
        except Exception as error:
            raise self._unreadable() from error

    def _check_size(self, data: Any) -> None:
        if self.max_upload_size is not None and data.size > self.max_upload_size:
            raise ValidationError(
                _("The image has %(size)s; at most %(most)s are possible. Please make it smaller and try again.")
                % {"size": filesizeformat(data.size), "most": self.max_upload_size_text},
                code="file_too_large",
            )

    def _too_many_pixels(self, error: TooManyPixelsError) -> str:
        most = _(
            "At most %(most)s million pixels are possible. Please make it smaller, to a width of 3000 for example."
        )
        most %= {"most": self.max_image_pixels // 1_000_000}
        if not error.width:
            return _("The image has too many pixels.") + " " + most
        size = {"width": error.width, "height": error.height}
        return (
            _("The image has too many pixels (%(width)s × %(height)s, moving images count often).") % size + " " + most
        )

    def _unreadable(self) -> ValidationError:
        return ValidationError(
            _(
                "This file is no image, or it is damaged. Please open it in a program for images, save it as JPEG or"
                " PNG and upload that."
            ),
            code="invalid_image",
        )


class PortalImageForm(BaseImageForm):
    """Asks for the text that is read out to those who do not see the image, unless it only decorates."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            field = self.fields["file"]
            self.fields["file"] = PictureField(label=field.label, required=field.required, widget=field.widget)
        if "description" in self.fields:
            self.fields["description"].label = _("Alternative text")
            self.fields["description"].help_text = _(
                "What is to be seen, in one sentence. It is read out to people who do not see the image."
            )

    def save(self, commit: bool = True) -> Any:
        is_new = self.instance.pk is None
        image = super().save(commit)
        # Not at the model's own signal: Wagtail removes old renditions only after it.
        if commit and not is_new:
            image_changed.send(type(image), image=image)
        return image

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "description" not in self.fields or "is_decorative" not in self.fields:
            return cleaned
        if self.cleaned_data.get("is_decorative"):
            self.cleaned_data["description"] = ""
        elif "description" in self.cleaned_data and not self.cleaned_data["description"].strip():
            self.add_error(
                "description",
                _("Please describe what the image shows, or mark it as decorative."),
            )
        return cleaned


class PortalDocumentForm(BaseDocumentForm):
    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        # Without a new file, this is the one that is stored already.
        if not isinstance(file, UploadedFile):
            return file
        extension = PurePath(file.name or "").suffix[1:].lower()
        if not is_what_it_says(file, extension):
            raise ValidationError(
                _(
                    "This file is not what its name says (%(extension)s), or it is damaged. Allowed are PDF, Word,"
                    " Excel and OpenDocument without macros, text and CSV. Please save it again in the right format."
                )
                % {"extension": extension.upper() or _("no ending")},
                code="wrong_content",
            )
        return file
