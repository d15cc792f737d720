"""The property collector: selecting objects, reading properties in pages, and waiting for updates."""
