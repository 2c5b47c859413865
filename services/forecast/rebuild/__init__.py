"""Ledgers are made anew from all their events, beside the live ones, and then take their place.

Must never break: until the new ones take over in one transaction, nobody sees or misses anything; a crash at
any instant leaves the live ones as they are.
"""
