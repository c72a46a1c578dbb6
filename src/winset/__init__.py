"""winset."""
