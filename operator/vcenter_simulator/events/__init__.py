"""Events: what happened, to what, because of whom, and in which words."""
