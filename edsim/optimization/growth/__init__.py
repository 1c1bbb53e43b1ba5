"""Districts that grow: milestone years sized together and proven over all their hours."""
