"""Consolidation: filled forms folded up any hierarchy of units, on one machine or many, with their history."""
