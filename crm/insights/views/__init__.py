"""Screens that read across domains."""
