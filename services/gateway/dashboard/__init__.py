"""The first screen of a member, in one answer."""
