"""Comparing every value of the two sides at one watermark, while the application writes."""
