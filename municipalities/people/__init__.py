"""Accounts of a municipality's people, and what they may do."""
