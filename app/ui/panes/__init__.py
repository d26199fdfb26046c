"""Panes: each shows one part of the workspace, holds focus and posts messages about what happened in it."""
