"""Frozen plain types that every package speaks. No behaviour beyond look-ups, no I/O, standard library only."""
