"""Settings for the own computer: debugging on, a key that is no secret, the demonstration banner."""

from .base import *  # noqa: F403
from .base import env

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env.str("SECRET_KEY", default="development-only-key-never-used-in-production")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", ".localhost"])
PORTAL_DEMO = env.bool("PORTAL_DEMO", default=True)
WAGTAIL_SITE_NAME = env.str("PORTAL_NAME", default="Serviceportal Kreis Heinsberg")
