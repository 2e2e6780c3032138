"""What is known: the model, the curated content, the event store and the library read from it."""
