"""The host's own command line, as vCenter relays it: declared commands over the host's rules, and their XML."""
