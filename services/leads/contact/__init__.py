"""Contacts: the people at the companies we sell to. Personal data: nothing of it is published."""
