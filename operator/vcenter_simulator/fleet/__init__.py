"""Fleets as readable documents: what the control port dumps, loads and edits, and what a simulator starts with."""
