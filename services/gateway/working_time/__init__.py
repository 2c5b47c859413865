"""When people work: the hours of the organisation, and the days on which nobody does."""
