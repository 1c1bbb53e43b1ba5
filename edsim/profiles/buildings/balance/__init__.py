"""Heat balance of zones: what drives it, the network in modal form, the march through the hours."""
