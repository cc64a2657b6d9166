"""Screens of tasks, by noun."""
