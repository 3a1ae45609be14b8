"""The list of news, of the portal or of a municipality."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models import BasePage
from home.models.news_page import NewsPage
from municipalities.tenancy import municipality_of

PAGE_SIZE = 10


class NewsIndexPage(BasePage):
    page_description = _("The list of news.")
    parent_page_types = ["home.HomePage", "municipalities.MunicipalityPage"]
    subpage_types = ["home.NewsPage"]
    max_count_per_parent = 1
    is_reviewed = False
    template = "home/news_index_page.html"

    class Meta:
        verbose_name = _("news list")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        news = NewsPage.objects.child_of(self).live().on_day(timezone.localdate()).order_by("-date")
        context["place"] = municipality_of(self)
        context["news"] = Paginator(news, PAGE_SIZE).get_page(request.GET.get("seite"))
        return context
