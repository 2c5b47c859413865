"""Market segments of leads and accounts, by rule or by hand, and what each of them is worth."""
