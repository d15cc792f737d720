"""Properties by path: what a managed object publishes, read, composed, encoded once and kept until it changes."""
