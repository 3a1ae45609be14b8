"""Fixed parts of addresses, used when a municipality is set up."""

LOCAL_SERVICES_SLUG = "leistungen"
OFFICES_SLUG = "stellen"
# The parameter that takes a service along while the visitor chooses a place.
SERVICE_PARAMETER = "leistung"
