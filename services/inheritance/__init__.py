"""One shared text, many local truths: what follows a reference, what stands beside it, who decides on changes."""
