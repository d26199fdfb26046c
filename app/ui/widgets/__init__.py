"""Reusable widgets that know nothing of the product; drawn by line, they cost what the screen does, not the data."""
