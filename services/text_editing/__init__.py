"""Writing local texts: reference, own text and the outcome side by side, for each text module and language."""
