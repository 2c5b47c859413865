"""What kinds of sales there are: first or repeat, active or passive, direct or indirect."""
