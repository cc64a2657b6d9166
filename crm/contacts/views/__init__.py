"""Screens of contacts, by noun."""
