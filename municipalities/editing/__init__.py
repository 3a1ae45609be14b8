"""Editing, moving and removing pages without losing anybody's work."""
