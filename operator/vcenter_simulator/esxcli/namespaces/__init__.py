"""One module for each branch of the tree of commands."""
