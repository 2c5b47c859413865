"""Who reports to whom: the tree of teams with its members, moving members, closing teams."""
