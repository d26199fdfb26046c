"""The screen: Textual stands here and nowhere else."""
