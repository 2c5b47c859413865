"""Where a deal came from: the lead it was converted from, as it was then."""
