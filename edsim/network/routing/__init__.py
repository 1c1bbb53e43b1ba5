"""Where to lay pipes and whom to connect, with a verified gap."""
