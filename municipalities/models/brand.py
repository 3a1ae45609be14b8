"""The municipality's own look: colours, logo, header image, social networks. What is below it stays the portal's."""

from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.blocks import ChoiceBlock, StreamBlock, StructBlock, URLBlock
from wagtail.fields import StreamField

from cms import colours

if TYPE_CHECKING:
    from municipalities.look.brand import Brand
    from municipalities.models.municipality import MunicipalityPage

NETWORKS = [
    ("Mastodon", "Mastodon"),
    ("Bluesky", "Bluesky"),
    ("Facebook", "Facebook"),
    ("Instagram", "Instagram"),
    ("LinkedIn", "LinkedIn"),
    ("PeerTube", "PeerTube"),
    ("Threads", "Threads"),
    ("TikTok", "TikTok"),
    ("WhatsApp", "WhatsApp"),
    ("X", "X"),
    ("Xing", "Xing"),
    ("YouTube", "YouTube"),
]


class SocialLinkBlock(StructBlock):
    network = ChoiceBlock(label=_("Network"), choices=NETWORKS)
    url = URLBlock(
        label=_("Web address"), validators=[URLValidator(["https"], message=_("The address begins with https://."))]
    )

    class Meta:
        label = _("Social network")
        icon = "link"


class SocialLinksBlock(StreamBlock):
    link = SocialLinkBlock()


class ColourField(models.CharField):
    """A colour as ``#rrggbb``; takes what people copy from elsewhere, such as "05A"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 7
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        if not value:
            return value
        try:
            return colours.normalise(value)
        except ValueError as error:
            raise ValidationError(
                _("“%(value)s” is no colour. Please write it with six digits, as in #005ca9."), params={"value": value}
            ) from error


class BrandFields(models.Model):
    brand_colour = ColourField(
        _("main colour"),
        blank=True,
        help_text=_("Ground of the strip with the name, in the form #005ca9. Left empty: the portal's colour."),
    )
    brand_text_colour = ColourField(
        _("text on the main colour"), blank=True, help_text=_("Left empty: white or black, whichever reads better.")
    )
    logo = models.ForeignKey(
        "cms.PortalImage",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown on white, before the name."),
    )
    header_image = models.ForeignKey(
        "cms.PortalImage",
        verbose_name=_("header image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Across the whole start page of the municipality, cut around the image's focal point."),
    )
    social_links = StreamField(SocialLinksBlock(), verbose_name=_("social networks"), blank=True)
    # The files that public pages show, found when the page was published: looking them up each time would cost
    # queries on every page below. See ``municipalities/look/brand.py``.
    brand_files = models.JSONField(default=dict, blank=True, editable=False)

    brand_panels = [
        HelpPanel(
            content=_(
                "How the pages of the municipality look. Contact data for the footer are those of the tab “Content”."
                " Only those who publish for the municipality change it. Its own host name is set by portal"
                " administrators."
            )
        ),
        MultiFieldPanel([FieldPanel("brand_colour"), FieldPanel("brand_text_colour")], heading=_("Colours")),
        MultiFieldPanel([FieldPanel("logo"), FieldPanel("header_image")], heading=_("Images")),
        FieldPanel("social_links"),
    ]
    # Fields that only those who publish for the municipality change.
    brand_fields = ("brand_colour", "brand_text_colour", "logo", "header_image", "social_links")

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.brand_text_colour and not self.brand_colour:
            raise ValidationError({"brand_colour": _("The text colour needs a main colour to stand on.")})
        # What is no colour at all is an error of its field.
        if self.brand_colour and all(colours.is_colour(text) for text in (self.brand_colour, self.text_on_brand)):
            self._check_colours()

    @property
    def text_on_brand(self) -> str:
        """The text colour that was chosen, or the one that reads better."""
        if self.brand_text_colour or not self.brand_colour:
            return self.brand_text_colour or colours.WHITE
        if not colours.is_colour(self.brand_colour):
            return colours.WHITE
        return max((colours.WHITE, colours.BLACK), key=lambda text: colours.contrast(text, self.brand_colour))

    @cached_property
    def brand(self) -> "Brand":
        from municipalities.look.brand import Brand

        return Brand.of(cast("MunicipalityPage", self))

    def _check_colours(self) -> None:
        edge = (colours.WHITE, colours.EDGE_CONTRAST)
        text = (self.brand_text_colour or self.text_on_brand, colours.TEXT_CONTRAST)
        if not colours.passes(self.brand_colour, [edge]):
            # With the text that was chosen, if there is any such colour.
            offer = colours.nearest_passing(self.brand_colour, [edge, text]) if self.brand_text_colour else None
            offer = offer or colours.nearest_passing(self.brand_colour, [edge])
            raise ValidationError(
                {
                    "brand_colour": _(
                        "This colour can hardly be told from the white of the page (contrast %(contrast)s to 1;"
                        " %(least)s to 1 is needed). The nearest colour that fits: %(offer)s"
                    )
                    % {**_figures(self.brand_colour, edge), "offer": offer}
                }
            )
        if not colours.passes(self.brand_colour, [text]):
            words = _(
                "The text can hardly be read on this colour (contrast %(contrast)s to 1; %(least)s to 1 is needed)."
            )
            message = str(words % _figures(self.brand_colour, text))
            offer = colours.nearest_passing(self.brand_colour, [text, edge])
            if offer:
                message += " " + _("The nearest main colour that fits: %(offer)s") % {"offer": offer}
            other = colours.nearest_passing(text[0], [(self.brand_colour, colours.TEXT_CONTRAST)])
            message += " " + _("The nearest text colour that fits: %(offer)s") % {"offer": other}
            raise ValidationError({"brand_text_colour": message})


def _figures(colour: str, need: colours.Need) -> dict[str, str]:
    # Rounded down: 4.46 does not pass and must not read as 4.5.
    ratio = int(colours.contrast(colour, need[0]) * 10) / 10
    return {
        "contrast": number_format(ratio, decimal_pos=1),
        "least": number_format(need[1], decimal_pos=1 if need[1] % 1 else 0),
    }
