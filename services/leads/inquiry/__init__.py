"""Inquiries: mails, calls, visits and messages by which somebody comes to us; who answered, and how soon."""
