"""Measured figures of the design's performance budget. Each is taken in this run against its own floor."""
