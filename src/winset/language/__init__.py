"""The one-line language of case files: orders, conditions, durations, chances, sources."""
