"""What goes wrong on purpose: kills, lost power, drift, bad input, bad networks."""
