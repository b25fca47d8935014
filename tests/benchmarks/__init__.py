"""How fast the app is, each figure beside a floor of the same run. `python -m tests.benchmarks`."""
