"""Boundaries and memberships change: how a municipality leaves the portal, or is merged into another."""
