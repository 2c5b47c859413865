"""Spreadsheets: CSV and XLSX files as numbered rows of cells, whatever wrote them."""
