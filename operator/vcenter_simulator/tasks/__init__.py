"""Tasks: what vCenter is doing for whom, how far it is, and what came of it."""
