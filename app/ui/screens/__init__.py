"""Screens: they compose panes, handle their messages, and wire them to commands. Nothing else."""
