"""Work owed later, for polls."""
