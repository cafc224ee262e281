"""Reasons suggested for comments, by rules and by a model that learns from what people found in others."""
