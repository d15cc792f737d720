"""vCenter's inventory: hosts with what they are and what vCenter has seen of them, switches, folders, and changes."""
