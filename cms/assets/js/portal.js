// Entry point of the portal's scripts; pages work without it.
