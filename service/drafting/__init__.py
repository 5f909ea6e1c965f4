"""Questions that documents answer, drafted from them by rules."""
