"""How a deal proceeds: its gates are looked at, then it moves, is won, lost or taken up again."""
