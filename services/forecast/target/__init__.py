"""What is to be won in a period, by everybody or by one team, member or product."""
