"""Who may do what: accounts, roles, permissions on the inventory, and what every method and property asks for."""
