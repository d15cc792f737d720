"""What every method does: one module for each kind of managed object, each a table from method to function."""
