"""The values that everything else works on: instruments, positions, snapshots, executions, runs."""
