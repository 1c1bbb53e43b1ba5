"""Air of zones: outdoor air, moisture, coils, and the loads of air handling."""
