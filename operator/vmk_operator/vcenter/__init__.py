"""The only importer of pyVmomi: transport, session, calls, decoding and encoding, the inventory stream."""
