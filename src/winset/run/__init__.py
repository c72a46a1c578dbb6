"""Runs: chunks of readings, workers, the file they are kept in, resuming."""
