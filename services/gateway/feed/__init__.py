"""The feed: every fact of every service in one order, shown to each caller as far as it may see."""
