"""What a forecast is of: a member, a team with all below it, or the whole organisation; and who judges it."""
