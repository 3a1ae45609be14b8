"""Fixed parts of addresses: alike in every municipality, so that links need no query to be built."""

LOCAL_SERVICES_SLUG = "leistungen"
OFFICES_SLUG = "stellen"
# The parameter that takes a service along while the visitor chooses a place.
SERVICE_PARAMETER = "leistung"
# Below the address of a reference text: its costs, deadlines and documents in all municipalities.
COMPARISON_SLUG = "vergleich"
