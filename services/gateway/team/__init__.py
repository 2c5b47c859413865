"""Teams: the tree that decides what a manager sees and how figures roll up."""
