"""Settings: base.py is shared; dev, test and production say only what differs."""
