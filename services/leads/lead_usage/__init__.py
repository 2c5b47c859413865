"""Whether the leads we get are used: counts by any dimension, who waits unused, and whom to call next."""
