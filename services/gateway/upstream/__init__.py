"""The services behind the front: how they are called, and when they are left alone."""
