"""What heat and cold are made of: origin, primary energy and GHG of a delivered kWh."""
