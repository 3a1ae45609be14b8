"""The pages of text that every municipality starts with: they say what is known, and its editors go on from there."""

from collections.abc import Callable

from django.utils.html import escape
from wagtail.models import Page

from home.models import NewsIndexPage, StandardPage
from municipalities.models import MunicipalityPage
from municipalities.tenants.default_pages import DefaultPage, register_default_page


def register_default_pages() -> None:
    register_default_page(
        DefaultPage(30, "aktuelles", lambda place: NewsIndexPage(title="Aktuelles", slug="aktuelles"))
    )
    for order, (slug, title, paragraphs) in enumerate(_TEXTS, start=40):
        register_default_page(DefaultPage(order, slug, _maker(slug, title, paragraphs), is_personal=True))


def _maker(
    slug: str, title: str, paragraphs: Callable[[MunicipalityPage], list[str]]
) -> Callable[[MunicipalityPage], StandardPage]:
    def make(place: MunicipalityPage) -> StandardPage:
        html = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs(place))
        return StandardPage(title=title, slug=slug, body=[("text", html)], show_in_footer=True)

    return make


def _imprint(place: MunicipalityPage) -> list[str]:
    name = escape(place.official_name)
    return [
        f"Für die Seiten unter diesem Namen ist verantwortlich: {name}.",
        *_contact(place),
        f"Wer das ganze Portal betreibt, steht im {_link('impressum', 'Impressum des Portals')}.",
    ]


def _privacy(place: MunicipalityPage) -> list[str]:
    return [
        "Auf diesen Seiten gilt dasselbe wie im ganzen Portal: "
        f"{_link('datenschutz', 'Datenschutzerklärung des Portals')}.",
        f"Fragen zu den Daten, die {escape(place.official_name)} selbst verarbeitet, richten Sie bitte dorthin.",
        *_contact(place),
    ]


def _accessibility(place: MunicipalityPage) -> list[str]:
    return [
        "Wie barrierefrei das Portal ist, steht in der "
        f"{_link('barrierefreiheit', 'Erklärung zur Barrierefreiheit')}. Sie gilt auch für diese Seiten.",
        f"Sie können etwas nicht lesen oder nicht bedienen? Sagen Sie es uns: {escape(place.official_name)}.",
        *_contact(place),
    ]


def _reach_us(place: MunicipalityPage) -> list[str]:
    return [
        f"So erreichen Sie {escape(place.official_name)}.",
        *_contact(place),
        'Sie können auch die Behördennummer <a href="tel:115">115</a> anrufen.',
    ]


def _contact(place: MunicipalityPage) -> list[str]:
    """What is known of the central contact; nothing is invented where nothing is known."""
    lines = [
        *([escape(place.street), escape(f"{place.postcode} {place.town}".strip())] if place.has_address else []),
        *([f"Telefon: {escape(place.phone)}"] if place.phone else []),
        *([f'E-Mail: <a href="mailto:{escape(place.email)}">{escape(place.email)}</a>'] if place.email else []),
        *([f'Website: <a href="{escape(place.website)}">{escape(place.website)}</a>'] if place.website else []),
    ]
    return ["<br/>".join(lines)] if lines else []


def _link(slug: str, words: str) -> str:
    """A link to one of the portal's own pages, or the words alone where it does not exist."""
    page = Page.objects.filter(slug=slug, depth=3, standardpage__isnull=False).first()
    return f'<a linktype="page" id="{page.pk}">{words}</a>' if page else words


_TEXTS = (
    ("impressum", "Impressum", _imprint),
    ("datenschutz", "Datenschutz", _privacy),
    ("barrierefreiheit", "Barrierefreiheit", _accessibility),
    ("kontakt", "Kontakt", _reach_us),
)
