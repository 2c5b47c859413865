"""Loads a folder of CSV files through the gateway's public API, as any customer could."""
