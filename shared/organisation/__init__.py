"""What every service knows of the organisation, from the gateway's events: members, teams, calendar, rates.

Must never break: a record's scope is decided in SQL against these tables, so they hold no guesses.
"""
