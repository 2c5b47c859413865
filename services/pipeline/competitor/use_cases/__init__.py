"""What can be done with competitors."""
