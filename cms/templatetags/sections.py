"""Sections that other apps contribute to a page."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def render_section(template_name: str, context: dict[str, Any]) -> SafeString:
    """Render a section with its own context and nothing else."""
    return render_to_string(template_name, context)
