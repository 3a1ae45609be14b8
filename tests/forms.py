"""What the browser of an editor sends."""

from collections.abc import Sequence
from typing import Any

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

FACTS = ("documents", "costs", "deadlines", "online_services")


def local_page(reference: int | str, texts: Sequence[tuple[str, str, str]] = ()) -> dict[str, Any]:
    """The form of a local service page; ``texts`` are (code, mode, HTML)."""
    modules = [{"language": "de", "code": code, "mode": mode, "text": rich_text(html)} for code, mode, html in texts]
    return nested_form_data(
        {
            "reference": reference,
            "state": "offered",
            "state_reason": "",
            "covered_by": "",
            "alternative": "",
            "alternative_url": "",
            "text_modules": inline_formset(modules),
            **{f"{name}_mode": "inherit" for name in FACTS},
            **{name: streamfield([]) for name in (*FACTS, "sources")},
            "processing_time": "",
            "seo_title": "",
            "search_description": "",
            "comments": inline_formset([]),
        }
    )
