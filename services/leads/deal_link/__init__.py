"""Deals as leads knows them: enough to link activities to them and to tell what became of a lead."""
