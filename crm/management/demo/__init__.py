"""The demo organizations: who, where, how much. Invented people; addresses and numbers that belong to nobody."""
