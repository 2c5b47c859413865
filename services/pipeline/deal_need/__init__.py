"""What the customer of a deal needs, in the customer's own words."""
