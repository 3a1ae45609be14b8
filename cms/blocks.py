"""Blocks that several page types share: the body of free text pages, and the sources of facts."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, RichTextBlock, StreamBlock, StructBlock, URLBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

RICH_TEXT_FEATURES = ["h3", "h4", "bold", "ol", "ul", "link", "document-link"]
PLAIN_RICH_TEXT_FEATURES = ["bold", "ol", "ul", "link", "document-link"]


class NoticeBlock(StructBlock):
    """A short text set apart from the rest."""

    title = CharBlock(label=_("Title"), max_length=120)
    text = RichTextBlock(label=_("Text"), features=PLAIN_RICH_TEXT_FEATURES)

    class Meta:
        label = _("Notice")
        icon = "info-circle"
        template = "cms/blocks/notice.html"


class PortalImageBlock(ImageBlock):
    """As Wagtail's; where nothing is said about the image here, what is said with the image itself holds."""

    def clean(self, value: Any) -> Any:
        return super().clean(value.with_own_text() if value else value)


class BodyBlock(StreamBlock):
    heading = CharBlock(label=_("Heading"), max_length=120, icon="title", template="cms/blocks/heading.html")
    text = RichTextBlock(label=_("Text"), features=RICH_TEXT_FEATURES, template="cms/blocks/text.html")
    image = PortalImageBlock(label=_("Image"), template="cms/blocks/image.html")
    document = DocumentChooserBlock(label=_("Document"), template="cms/blocks/document.html")
    notice = NoticeBlock()


class SourceBlock(StructBlock):
    """Where a fact comes from. Public pages list it at their end."""

    label = CharBlock(label=_("Source"), max_length=500)
    url = URLBlock(label=_("Web address"), required=False)
    as_of = CharBlock(label=_("As of"), required=False, max_length=80)

    class Meta:
        label = _("Source")
        icon = "link"


class SourcesBlock(StreamBlock):
    source = SourceBlock()
