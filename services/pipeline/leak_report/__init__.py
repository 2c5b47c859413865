"""The report on leaks: what was found, in words and figures, with the deals behind it and the issues open."""
