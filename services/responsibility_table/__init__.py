"""Responsibilities as a table: taken out as CSV or XLSX, edited elsewhere, and read in again after a preview."""
