"""How far the leads of a period got, by source, owner, partner or campaign."""
