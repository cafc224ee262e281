"""How fast the dashboard is, each time beside the plainest alternative: `python -m benchmarks`."""
