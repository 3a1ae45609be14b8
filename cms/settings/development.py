"""Settings for the own computer: a key that is no secret, the demonstration banner, no server beside it.

Debugging is off, so that error pages look as they do for visitors; ``DEBUG=1 make serve`` shows tracebacks.
"""

from .base import *  # noqa: F403
from .base import env

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="development-only-key-never-used-in-production")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", ".localhost"])
PORTAL_DEMO = env.bool("PORTAL_DEMO", default=True)
WAGTAIL_SITE_NAME = env.str("PORTAL_NAME", default="Serviceportal Kreis Heinsberg")

# Static files come straight from the apps, and uploads from the folder, without a server in front.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
SERVE_MEDIA = True
