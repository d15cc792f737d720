"""The control port: what a test does to a vCenter that no client could."""
