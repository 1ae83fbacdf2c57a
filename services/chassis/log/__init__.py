"""The department's transparency log in its own database: positions, tree, checkpoints, witnesses."""
