"""Every deal as it stands, and as it stood at any instant before."""
