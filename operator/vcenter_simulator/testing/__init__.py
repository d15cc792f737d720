"""For tests of other software: a simulator in a few words, and a pytest plugin."""
