"""How messages leave: the queue of deliveries, and one file per channel."""
