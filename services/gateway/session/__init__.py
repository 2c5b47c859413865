"""Sessions: one sign-in of a member on one device, and the refresh tokens that keep it going."""
