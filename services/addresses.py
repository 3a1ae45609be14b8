"""Fixed parts of addresses, used when a municipality is set up."""

LOCAL_SERVICES_SLUG = "leistungen"
OFFICES_SLUG = "stellen"
