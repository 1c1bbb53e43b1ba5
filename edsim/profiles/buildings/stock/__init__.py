"""Buildings of the building list: archetypes, calendars, schedules, shapes, measures and services beside space."""
