"""How long a public page may be kept, and by whom."""

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import cache_control

# Seconds: what an editor publishes is seen everywhere after at most this time.
PUBLIC_MAX_AGE = 60


def keep_for(response: HttpResponse, seconds: int = PUBLIC_MAX_AGE) -> None:
    """Let proxies keep the answer. Browsers ask anew: who has just published reads the new text, not the old one."""
    patch_cache_control(response, public=True, max_age=0, s_maxage=seconds)


# The same for a view.
kept_by_proxies = cache_control(public=True, max_age=0, s_maxage=PUBLIC_MAX_AGE)
