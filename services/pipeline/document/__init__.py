"""The papers of a deal: offers, contracts, orders, invoices; where they lie and who handles them."""
