"""How fast: ours, the stock libraries and the floor, side by side in one run."""
