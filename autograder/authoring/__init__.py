"""From a unit's source text to what a student gets, what a reader sees, and what an author is told."""
