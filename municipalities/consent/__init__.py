"""Asking all municipalities for their consent: who answers for whom, opening a request, answering, and the result."""
